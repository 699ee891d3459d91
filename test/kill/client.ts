import { setTimeout as delay } from 'node:timers/promises';
import { Wire } from '../support/wire.js';
import type { Random } from './random.js';
import type { World } from './world.js';

/** What a client was told at last. */
export type Told = 'accepted' | 'unknown';

export interface ClientFigures {
  /** SEND commands. */
  attempts: number;
  resets: number;
  /** For each client that waits for an answer: which proxy it asked first. */
  readonly asked: Map<object, number>;
}

const SEND_LINE = /\* \d+ SEND \((\d+) (OK NIL|NO \("[A-Z ]+" "[^"]*" "([^"]*)"\))\)\r\n/g;

/** Sends the messages, however often it has to ask, and sometimes hangs up in the middle. */
export async function sendUntilAnswered(
  world: World,
  uids: readonly number[],
  random: Random,
  told: Map<number, Told>,
  figures: ClientFigures,
  over: AbortSignal,
): Promise<void> {
  let pending = [...uids];
  const self = {};
  while (pending.length > 0 && !over.aborted) {
    if (!figures.asked.has(self)) figures.asked.set(self, world.generation);
    const answer = await attempt(world, pending, random, figures);
    if (answer === undefined) {
      await delay(10 + random.below(30));
      continue;
    }
    figures.asked.delete(self);
    for (const [uid, words] of answer) {
      if (words === '') told.set(uid, 'accepted');
      else if (words.includes('outcome')) told.set(uid, 'unknown');
    }
    pending = pending.filter((uid) => !told.has(uid));
  }
}

/** The reply to each message, empty when it was accepted; undefined when the tagged answer was not seen. */
async function attempt(
  world: World,
  uids: readonly number[],
  random: Random,
  figures: ClientFigures,
): Promise<Map<number, string> | undefined> {
  let wire: Wire | undefined;
  let reset: NodeJS.Timeout | undefined;
  try {
    wire = await Wire.connect(world.port);
    await wire.line();
    await wire.command('a', `LOGIN ${world.user} "${world.password}"`);
    await wire.command('b', 'SELECT INBOX');
    figures.attempts++;
    if (random.chance(0.25)) {
      const victim = wire;
      reset = setTimeout(() => {
        figures.resets++;
        victim.reset();
      }, random.below(80));
    }
    const answer = await wire.command('c', `UID SEND ${uids.join(',')}`);
    clearTimeout(reset);
    const told = new Map([...answer.matchAll(SEND_LINE)].map((line) => [Number(line[1]), line[3] ?? '']));
    // Shows that the answer was seen.
    await wire.command('d', 'NOOP').catch(() => undefined);
    return told;
  } catch {
    return undefined;
  } finally {
    clearTimeout(reset);
    wire?.close();
  }
}
