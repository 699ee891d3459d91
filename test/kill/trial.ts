import { setTimeout as delay } from 'node:timers/promises';
import { sendUntilAnswered, type Told } from './client.js';
import { type Random, randomFrom } from './random.js';
import { createWorld, recipientOf, type World } from './world.js';

export interface TrialOptions {
  readonly seed: number;
  /** Messages to send. */
  readonly sends: number;
  readonly clients: number;
  /** Milliseconds between two kills, at the most. */
  readonly pause: number;
}

export interface Figures {
  readonly sends: number;
  readonly attempts: number;
  readonly kills: Readonly<Record<'proxy' | 'upstream' | 'submission' | 'redis' | 'client', number>>;
  readonly accepted: number;
  /** Reported as unknown, and of these delivered. */
  readonly unknown: number;
  readonly unknownDelivered: number;
  /** Reported as accepted, but not delivered. */
  readonly lost: number;
  /** Delivered more than once. */
  readonly duplicated: number;
  /** Delivered with other content. */
  readonly truncated: number;
}

type Victim = Exclude<keyof Figures['kills'], 'client'>;

/** Sends messages while everything they depend on is killed now and then, and counts what arrived. */
export async function runTrial({ seed, sends, clients, pause }: TrialOptions): Promise<Figures> {
  const world = await createWorld(sends, randomFrom(seed));
  try {
    const told = new Map<number, Told>();
    const client = { attempts: 0, resets: 0, asked: new Map<object, number>() };
    const batches = inBatches(sends, randomFrom(seed + 1));
    const over = new AbortController();
    const workers = Array.from({ length: clients }, async (_, index) => {
      const random = randomFrom(seed + 2 + index);
      for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
        await sendUntilAnswered(world, batch, random, told, client, over.signal);
      }
    });
    const killer = killNowAndThen(world, client.asked, randomFrom(seed - 1), pause, over.signal);
    // When something cannot be started again, the clients would ask for ever.
    killer.catch(() => over.abort());
    await Promise.all(workers).finally(() => over.abort());
    const kills = { ...(await killer), client: client.resets };
    return { sends, attempts: client.attempts, kills, ...count(world, told) };
  } finally {
    await world.stop();
  }
}

function inBatches(sends: number, random: Random): number[][] {
  const batches: number[][] = [];
  for (let uid = 1; uid <= sends; ) {
    const size = Math.min(1 + random.below(4), sends - uid + 1);
    batches.push(Array.from({ length: size }, (_, offset) => uid + offset));
    uid += size;
  }
  return batches;
}

async function killNowAndThen(
  world: World,
  asked: ReadonlyMap<object, number>,
  random: Random,
  pause: number,
  over: AbortSignal,
): Promise<Record<Victim, number>> {
  const kills = { proxy: 0, upstream: 0, submission: 0, redis: 0 };
  while (!over.aborted) {
    await delay(random.below(pause), undefined, { signal: over }).catch(() => {});
    if (over.aborted) break;
    const victim = random.pick<Victim>([
      [3, 'proxy'],
      [4, 'upstream'],
      [3, 'submission'],
      [1, 'redis'],
    ]);
    kills[victim]++;
    if (victim === 'proxy') await world.killProxy();
    if (victim === 'upstream') world.killUpstreamSessions();
    if (victim === 'submission') await world.killSubmissionServer();
    if (victim === 'redis') {
      // What a killed proxy knew is in Redis alone until the client has asked again: see docs/delivery.md.
      while ([...asked.values()].some((proxy) => proxy < world.generation) && !over.aborted) await delay(10);
      await world.killRedis();
    }
  }
  return kills;
}

function count(world: World, told: ReadonlyMap<number, Told>) {
  const delivered = new Map<string, string[]>();
  for (const { recipients, sha256 } of world.deliveries()) {
    for (const recipient of recipients) {
      delivered.set(recipient, [...(delivered.get(recipient) ?? []), sha256]);
    }
  }
  const result = { accepted: 0, unknown: 0, unknownDelivered: 0, lost: 0, duplicated: 0, truncated: 0 };
  for (const [uid, digest] of world.digests) {
    const copies = delivered.get(recipientOf(uid)) ?? [];
    if (told.get(uid) === 'accepted') result.accepted++;
    else result.unknown++;
    if (told.get(uid) === 'accepted' && copies.length === 0) result.lost++;
    if (told.get(uid) === 'unknown' && copies.length > 0) result.unknownDelivered++;
    if (copies.length > 1) result.duplicated++;
    if (copies.some((copy) => copy !== digest)) result.truncated++;
  }
  return result;
}

export function describeFigures(seed: number, figures: Figures): string {
  const { kills, ...rest } = figures;
  return [
    `seed ${seed}: ${rest.sends} messages, ${rest.attempts} SEND commands`,
    `killed: ${Object.entries(kills)
      .map(([victim, times]) => `${victim} ${times}×`)
      .join(', ')}`,
    `accepted ${rest.accepted}, reported as unknown ${rest.unknown} (of which delivered ${rest.unknownDelivered})`,
    `lost ${rest.lost}, duplicated ${rest.duplicated}, truncated ${rest.truncated}`,
  ].join('\n');
}
