import { randomFrom } from '../kill/random.js';
import { Coverage } from './coverage.js';
import { mutate } from './mutate.js';
import type { Target } from './target.js';

const MAX_LENGTH = 1024;

/** How far a run of the fuzzer came. */
export interface Progress {
  readonly executions: number;
  /** Edges of the code under test that some input took. */
  readonly edges: number;
  /** Inputs that are kept, because each went where none did before. */
  readonly corpus: number;
}

/** An input for which the target does not hold. */
export interface Find {
  readonly input: Buffer;
  readonly error: unknown;
}

/** Makes inputs for a target from those that went somewhere new. The same seed makes the same inputs. */
export class Fuzzer {
  readonly #target: Target;
  readonly #random;
  readonly #coverage = new Coverage();
  readonly #corpus: Buffer[] = [];
  readonly #dictionary: Buffer[];
  readonly #before: (input: Buffer) => void;
  readonly #seeds: Buffer[];
  #executions = 0;

  /** `before` is told of each input before it is tried. */
  constructor(target: Target, seed: number, before: (input: Buffer) => void = () => {}) {
    this.#target = target;
    this.#random = randomFrom(seed);
    this.#dictionary = target.dictionary.map((token) => Buffer.from(token, 'latin1'));
    this.#seeds = ['', ...target.seeds].map((text) => Buffer.from(text, 'latin1')).reverse();
    this.#before = before;
  }

  get progress(): Progress {
    return {
      executions: this.#executions,
      edges: this.#coverage.edges,
      corpus: this.#corpus.length,
    };
  }

  /** Tries that many inputs, or fewer if one is a find. The seeds come first. */
  run(executions: number): Find | undefined {
    for (let left = executions; left > 0; left--) {
      const input = this.#seeds.pop() ?? this.#mutated();
      this.#executions++;
      this.#before(input);
      try {
        if (this.#coverage.widens(() => this.#target.check(input))) this.#corpus.push(input);
      } catch (error) {
        return { input, error };
      }
    }
    return undefined;
  }

  #mutated(): Buffer {
    const { length } = this.#corpus;
    // The newest have been changed least often.
    const recent = this.#random.chance(0.3) ? Math.max(0, length - 20) : 0;
    const one = () => this.#corpus[recent + this.#random.below(length - recent)] ?? Buffer.alloc(0);
    const [first, second] = [one(), one()];
    // Short ones are tried faster, and say more.
    return mutate(first.length <= second.length ? first : second, this.#random, {
      dictionary: this.#dictionary,
      corpus: this.#corpus,
      maxLength: this.#target.maxLength ?? MAX_LENGTH,
    });
  }
}

/** The smallest input that removing octets makes of it and that is still a find. */
export function minimise(target: Target, found: Buffer, attempts = 20_000): Buffer {
  const fails = (input: Buffer): boolean => {
    attempts--;
    try {
      target.check(input);
      return false;
    } catch {
      return true;
    }
  };
  let smallest = found;
  for (let size = found.length >>> 1; size > 0 && attempts > 0; ) {
    const before = smallest.length;
    for (let at = 0; at < smallest.length && attempts > 0; ) {
      const shorter = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)]);
      if (fails(shorter)) smallest = shorter;
      else at += size;
    }
    // Once more with pieces as small: some go only when others are gone.
    if (size > 1 || smallest.length === before) size >>>= 1;
  }
  return smallest;
}
