import { register } from 'node:module';
import { REACHED } from './instrument.js';

const EDGES = 1 << 16;

/** How often each edge, the step from one place to the next, was taken since the last `reset`. */
const counts = new Uint8Array(EDGES);
/** The edges with a count, so that nobody has to look at all of them. */
const touched = new Uint16Array(EDGES);
let touchedCount = 0;
let previous = 0;

function reached(place: number): void {
  const edge = place ^ previous;
  previous = place >>> 1;
  const count = counts[edge] as number;
  if (count === 0) touched[touchedCount++] = edge;
  if (count < 255) counts[edge] = count + 1;
}

/** From here on modules are loaded instrumented; none of those under test may have been loaded before. */
export function guide(): void {
  Reflect.set(globalThis, REACHED, reached);
  register('./instrument-hook.js', import.meta.url);
}

function reset(): void {
  for (let at = 0; at < touchedCount; at++) counts[touched[at] as number] = 0;
  touchedCount = 0;
  previous = 0;
}

/** What a whole run of the fuzzer has seen: for each edge, a bit for each class of counts (1, 2, 3, 4-7, 8-15 …). */
export class Coverage {
  readonly #seen = new Uint8Array(EDGES);
  edges = 0;

  /** Runs it, and says whether an edge was taken that never was before, or so often as never before. */
  widens(run: () => void): boolean {
    reset();
    run();
    let news = false;
    for (let at = 0; at < touchedCount; at++) {
      const edge = touched[at] as number;
      const bit = countClass(counts[edge] as number);
      const seen = this.#seen[edge] as number;
      if ((seen & bit) !== 0) continue;
      if (seen === 0) this.edges++;
      this.#seen[edge] = seen | bit;
      news = true;
    }
    return news;
  }
}

function countClass(count: number): number {
  if (count <= 3) return 1 << (count - 1);
  if (count < 8) return 1 << 3;
  if (count < 16) return 1 << 4;
  if (count < 32) return 1 << 5;
  return count < 128 ? 1 << 6 : 1 << 7;
}
