import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { createMemoryStore, type MemoryStore } from '../../src/ledger/memory.js';
import { accepted } from './answers.js';
import { forgetAll } from './flaky-store.js';
import { type Process, startProcess } from './resilient-process.js';

/** A client of one process, that sends one message and repeats it until it has seen the answer. */
interface Client {
  session: string;
  state: 'asking' | 'waiting' | 'sending' | 'handed over' | 'told' | 'done';
  connection: AbortController;
}

interface World {
  readonly process: Process;
  readonly shared: MemoryStore;
  sessions: number;
  handedOver: number;
}

type Move = (world: World, client: Client) => Promise<void> | void;

function reconnect(world: World, client: Client): void {
  client.session = `s${++world.sessions}`;
  client.state = 'asking';
  client.connection = new AbortController();
}

const clientMoves: Record<string, Move> = {
  ask({ process }, client) {
    if (client.state !== 'asking') return;
    client.state = 'waiting';
    const { session, connection } = client;
    process.ledger.claim('k', session, connection.signal).then(
      ({ kind }) => {
        client.state = kind === 'claimed' ? 'sending' : 'told';
      },
      () => assert.ok(connection.signal.aborted),
    );
  },
  async handover(world, client) {
    if (client.state !== 'sending') return;
    await world.process.ledger.handover('k', client.session);
    world.handedOver++;
    client.state = 'handed over';
  },
  async settle({ process }, client) {
    if (client.state !== 'handed over') return;
    await process.ledger.settle('k', client.session, accepted);
    client.state = 'told';
  },
  async see({ process }, client) {
    if (client.state !== 'told') return;
    await process.ledger.acknowledge('k', client.session);
    client.state = 'done';
  },
  async lose(world, client) {
    if (client.state === 'waiting') {
      client.connection.abort();
      await setImmediate();
    } else if (client.state === 'told') {
      await world.process.ledger.abandon('k', client.session);
    } else return;
    reconnect(world, client);
  },
};

const redisMoves: Record<string, Move> = {
  down: ({ process }) => {
    process.redis.link = 'down';
  },
  mute: ({ process }) => {
    process.redis.link = 'mute';
  },
  restartEmpty: ({ process, shared }) => {
    // As with the real one, no connection survives it.
    process.redis.lose();
    forgetAll(shared);
  },
  up: ({ process }) => process.reconnect(),
};

const moves = { ...clientMoves, ...redisMoves };
const runs = fc.record({
  clients: fc.integer({ min: 1, max: 4 }),
  moves: fc.array(fc.tuple(fc.constantFrom(...Object.keys(moves)), fc.nat(3)), {
    maxLength: 40,
    size: 'max',
  }),
});

async function make(world: World, move: string, client: Client | undefined): Promise<void> {
  if (client !== undefined) await moves[move]?.(world, client);
  // What it set going comes to its end, or to where it waits.
  for (let turn = 0; turn < 6; turn++) await setImmediate();
}

test('however Redis comes and goes, one process sends no message twice and forgets it when it was seen', async () => {
  await fc.assert(
    fc.asyncProperty(runs, async (run) => {
      const shared = createMemoryStore();
      const world: World = { process: startProcess('p', shared), shared, sessions: 0, handedOver: 0 };
      const clients = Array.from({ length: run.clients }, (): Client => {
        const client: Client = { session: '', state: 'asking', connection: new AbortController() };
        reconnect(world, client);
        return client;
      });
      for (const client of clients) await make(world, 'ask', client);
      for (const [move, index] of run.moves) await make(world, move, clients[index % clients.length]);
      await make(world, 'up', clients[0]);
      const round = ['handover', 'settle', 'ask', 'handover', 'settle', 'ask', 'see'];
      for (const move of round) for (const client of clients) await make(world, move, client);
      assert.deepEqual(
        clients.map(({ state }) => state),
        clients.map(() => 'done'),
      );
      assert.equal(world.handedOver, 1);
      assert.deepEqual([...world.process.local.keys(), ...shared.keys()], []);
      await world.process.ledger.close();
    }),
    { numRuns: 60 },
  );
});
