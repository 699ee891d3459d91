import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  abandon,
  acknowledge,
  bury,
  claim,
  type Entry,
  type Holder,
  handover,
  type InFlight,
  type Recorded,
  release,
  type Step,
  settle,
} from '../../src/ledger/entry.js';
import { accepted, unknown } from './answers.js';

/**
 * A client that sends one message: it repeats SEND, each time in a new session, until it sees an answer. All clients
 * of a run start before the first of them has seen one, so the message may go out only once among them.
 */
interface Client {
  session: string;
  owner: string;
  state: 'asking' | 'sending' | 'handed over' | 'told' | 'done';
  told?: 'accepted' | 'refused' | 'unknown';
}

interface World {
  entry: Entry | undefined;
  readonly clients: Client[];
  readonly alive: string[];
  sessions: number;
  /** Messages whose final dot was sent. */
  handedOver: number;
  /** How often a client saw that the outcome is unknown. */
  unknownSeen: number;
  /** A process was taken for dead that was not: what it left behind then is not cleared away. */
  mistaken: boolean;
}

const act = <T>(world: World, step: Step<T>): T => {
  world.entry = step.entry;
  return step.result;
};

function reconnect(world: World, client: Client): void {
  client.session = `s${++world.sessions}`;
  client.owner = world.alive[world.sessions % world.alive.length] ?? '';
  client.state = 'asking';
}

function ask(world: World, client: Client): void {
  const holder: Holder = { session: client.session, owner: client.owner, ticket: client.session };
  const answer = act(world, claim(world.entry, holder));
  if (answer.kind === 'claimed') client.state = 'sending';
  if (answer.kind === 'recorded') {
    client.state = 'told';
    client.told = answer.outcome.kind;
  }
}

const moves: Record<string, (world: World, client: Client) => void> = {
  ask: (world, client) => {
    if (client.state === 'asking') ask(world, client);
  },
  handover: (world, client) => {
    if (client.state !== 'sending') return;
    if (act(world, handover(world.entry, client.session))) {
      world.handedOver++;
      client.state = 'handed over';
    } else moves['release']?.(world, client);
  },
  accept: (world, client) => {
    if (client.state !== 'handed over') return;
    act(world, settle(world.entry, client, accepted));
    client.state = 'told';
    client.told = 'accepted';
  },
  loseReply: (world, client) => {
    if (client.state !== 'handed over') return;
    act(world, settle(world.entry, client, unknown));
    client.state = 'told';
    client.told = 'unknown';
  },
  release: (world, client) => {
    if (client.state !== 'sending') return;
    act(world, release(world.entry, client.session));
    client.state = 'done';
  },
  see: (world, client) => {
    if (client.state !== 'told') return;
    act(world, acknowledge(world.entry, client.session));
    if (client.told === 'unknown') world.unknownSeen++;
    client.state = 'done';
  },
  lose: (world, client) => {
    if (client.state !== 'told' && client.state !== 'asking') return;
    act(world, abandon(world.entry, client.session));
    reconnect(world, client);
  },
  killProcess: (world, { owner }) => {
    if (world.alive.length === 1 || !world.alive.includes(owner)) return;
    world.alive.splice(world.alive.indexOf(owner), 1);
    world.entry = world.entry && bury(world.entry, (each) => !world.alive.includes(each));
    for (const client of world.clients) {
      if (client.owner === owner && client.state !== 'done') reconnect(world, client);
    }
  },
  suspendProcess: (world, { owner }) => {
    world.entry = world.entry && bury(world.entry, (each) => each === owner);
    world.mistaken = true;
  },
};

const runs = fc.record({
  clients: fc.integer({ min: 1, max: 5 }),
  moves: fc.array(fc.tuple(fc.constantFrom(...Object.keys(moves)), fc.nat(4)), {
    maxLength: 60,
    size: 'max',
  }),
});

describe('the life of an entry', () => {
  test('however clients, sessions and processes come and go, a message goes out twice only if somebody saw that the outcome was unknown', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const world: World = {
          entry: undefined,
          clients: [],
          alive: ['p', 'q', 'r', 's'],
          sessions: 0,
          handedOver: 0,
          unknownSeen: 0,
          mistaken: false,
        };
        for (let index = 0; index < run.clients; index++) {
          const client: Client = { session: '', owner: '', state: 'asking' };
          reconnect(world, client);
          world.clients.push(client);
          ask(world, client);
        }
        for (const [move, index] of run.moves) {
          const client = world.clients[index % run.clients];
          if (client !== undefined) moves[move]?.(world, client);
          assert.ok(world.handedOver <= 1 || world.unknownSeen > 0);
        }
        // All get their answer in the end, and then nothing is left to remember.
        const round = ['handover', 'accept', 'ask', 'handover', 'accept', 'ask', 'see'];
        for (const move of [...round, ...round])
          for (const client of world.clients) moves[move]?.(world, client);
        assert.ok(world.clients.every(({ state }) => state === 'done'));
        assert.ok(world.handedOver <= 1 || world.unknownSeen > 0);
        if (!world.mistaken) assert.equal(world.entry, undefined);
      }),
      { numRuns: 5000 },
    );
  });

  test('asking twice for one claim, because the answer was lost, is one claim', () => {
    const holder: Holder = { session: 's', owner: 'p', ticket: 't' };
    const first = claim(undefined, holder);
    const handed = handover(first.entry, 's');
    for (const { entry } of [first, handed]) {
      assert.deepEqual(claim(entry, holder), { entry, result: { kind: 'claimed' } });
    }
  });

  test('every other step, done twice, does nothing the second time', () => {
    const inFlight: InFlight = {
      phase: 'handed-over',
      holder: { session: 's', owner: 'p', ticket: 't' },
      waiting: [{ session: 'w', owner: 'p' }],
      orphans: 0,
    };
    const recorded: Recorded = {
      phase: 'recorded',
      outcome: accepted,
      waiting: [{ session: 'w', owner: 'p' }],
      answered: [{ session: 's', owner: 'p' }],
      orphans: 1,
      seen: [],
    };
    const steps: ((entry: Entry | undefined) => Step<unknown>)[] = [
      (entry) => handover(entry, 's'),
      (entry) => settle(entry, { session: 's', owner: 'p' }, unknown),
      (entry) => release(entry, 's'),
      (entry) => acknowledge(entry, 's'),
      (entry) => acknowledge(entry, 'w'),
      (entry) => abandon(entry, 's'),
      (entry) => abandon(entry, 'w'),
    ];
    for (const step of steps) {
      for (const entry of [inFlight, recorded]) {
        const once = step(entry).entry;
        assert.deepEqual(step(once).entry, once);
      }
    }
  });

  test('a client that saw the answer and asks again sends again, while others have yet to be told', () => {
    const ask = (session: string) => (entry: Entry | undefined) =>
      claim(entry, { session, owner: 'p', ticket: session });
    for (const outcome of [accepted, unknown]) {
      const settled: Recorded = {
        phase: 'recorded',
        outcome,
        waiting: [{ session: 'w', owner: 'p' }],
        answered: [{ session: 's', owner: 'p' }],
        orphans: 1,
        seen: [],
      };
      const seen = acknowledge(settled, 's').entry;
      assert.equal(ask('s')(seen).result.kind, 'claimed');
      assert.equal(ask('w')(seen).result.kind, 'recorded');
      assert.equal(ask('retry')(seen).result.kind, 'recorded');
      // They are told what becomes of the new one, if they come later.
      assert.equal(ask('w')(ask('s')(seen).entry).result.kind, 'held');
    }
  });

  test('an outcome whose entry was lost is written down', () => {
    const { entry } = settle(undefined, { session: 's', owner: 'p' }, accepted);
    assert.deepEqual(claim(entry, { session: 'x', owner: 'q', ticket: 't' }).result, {
      kind: 'recorded',
      outcome: accepted,
    });
  });

  test('the dead take nothing with them that others need', () => {
    const answers: Recorded = {
      phase: 'recorded',
      outcome: accepted,
      waiting: ['a', 'd'].map((owner) => ({ session: `waiting at ${owner}`, owner })),
      answered: ['a', 'd'].map((owner) => ({ session: `answered at ${owner}`, owner })),
      orphans: 1,
      seen: [],
    };
    assert.deepEqual(
      bury(answers, (owner) => owner === 'd'),
      {
        ...answers,
        waiting: [{ session: 'waiting at a', owner: 'a' }],
        answered: [{ session: 'answered at a', owner: 'a' }],
        orphans: 3,
      },
    );
    assert.equal(
      bury(answers, () => false),
      answers,
      'nothing changes while they live',
    );
  });
});
