import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer } from '../../src/imap/status.js';
import { createMemoryLedger } from '../../src/ledger/memory.js';
import { createRates } from '../../src/ledger/rates.js';
import {
  ACCEPTED,
  createWorld,
  refusedBy,
  type Submission,
  storedMessages,
  type WorldOptions,
} from './support/send-world.js';

/** What our own code may throw. */
class Fault extends Error {}
const fault = async (): Promise<never> => {
  throw new Fault('a fault');
};

const FAULT = '("DATA" "" "451 4.3.0 The proxy failed, see its log")';
const UNKNOWN =
  '("DATA" "" "451 4.3.0 The proxy failed after the message was complete: outcome unknown, it may have been accepted")';
const SERVERBUG: Answer = {
  status: 'NO',
  code: 'SERVERBUG',
  text: 'SEND: the proxy could not carry it out, no message was sent (451 4.3.0 The proxy failed, see its log)',
};

interface Faulty {
  readonly world: () => WorldOptions;
  /** What is said of the message, and of one after it that is not affected. */
  readonly line: string;
  readonly next?: string;
  readonly answer?: Answer;
}

const failsFor101 =
  (fails: Submission): Submission =>
  async (uid, handover, message) => {
    if (uid === 101) return fails(uid, handover, message);
    await handover();
    return ACCEPTED;
  };
const ledgerWith = (changes: Partial<ReturnType<typeof createMemoryLedger>>) => () => ({
  ledger: { ...createMemoryLedger(), ...changes },
});
const ratesWith = (changes: Partial<ReturnType<typeof createRates>>, submit?: Submission) => () => ({
  rates: { ...createRates({}), ...changes },
  ...(submit && { submit }),
});
/** Throws for the first call, so that the second message shows that only the first is affected. */
function once<Arguments extends unknown[], Result>(
  then: (...given: Arguments) => Promise<Result>,
): (...given: Arguments) => Promise<Result> {
  let called = false;
  return (...given) => {
    if (called) return then(...given);
    called = true;
    return fault();
  };
}

const table: Readonly<Record<string, Faulty>> = {
  'the submitter rejects': {
    world: () => ({ submit: failsFor101(fault) }),
    line: `NO ${FAULT}`,
  },
  'the submitter throws': {
    world: () => ({
      submit: failsFor101(() => {
        throw new Fault('at once');
      }),
    }),
    line: `NO ${FAULT}`,
  },
  'the submitter rejects when the message is handed over: nobody knows': {
    world: () => ({
      parallel: 1,
      submit: failsFor101(async (_uid, handover) => {
        await handover();
        return fault();
      }),
    }),
    line: `NO ${UNKNOWN}`,
    next: 'NO ("MAIL FROM" "" "421 4.3.2 Not attempted: the connection to the submission server failed")',
    answer: {
      status: 'NO',
      text: 'SEND failed, a message may have been accepted: its outcome is unknown',
    },
  },
  'the ledger rejects the claim': {
    world: () => {
      const ledger = createMemoryLedger();
      return { ledger: { ...ledger, claim: once(ledger.claim) } };
    },
    line: `NO ${FAULT}`,
  },
  'the ledger rejects the outcome: it is reported all the same': {
    world: ledgerWith({ settle: fault }),
    line: 'OK NIL',
  },
  'the ledger rejects the release': {
    world: () => ({
      ...ledgerWith({ release: fault })(),
      submit: failsFor101(() => ({
        kind: 'lost',
        refusal: { command: 'DATA', parameter: '', reply: '451 4.4.2 Lost' },
      })),
      parallel: 1,
    }),
    line: 'NO ("DATA" "" "451 4.4.2 Lost")',
    next: 'NO ("MAIL FROM" "" "421 4.3.2 Not attempted: the connection to the submission server failed")',
    answer: {
      status: 'NO',
      code: 'UNAVAILABLE',
      text: 'SEND: not possible now, no message was sent (451 4.4.2 Lost)',
    },
  },
  'the submitter and the release reject': {
    world: () => ({ ...ledgerWith({ release: fault })(), submit: failsFor101(fault) }),
    line: `NO ${FAULT}`,
  },
  'the rates reject the reservation': {
    world: () => {
      const rates = createRates({});
      return { rates: { ...rates, reserve: once(rates.reserve) } };
    },
    line: `NO ${FAULT}`,
  },
  'the rates reject the refund': {
    world: ratesWith(
      { refund: fault },
      failsFor101(() => refusedBy('550 No', 'DATA')),
    ),
    line: 'NO ("DATA" "" "550 No")',
  },
  'the sender policy throws': {
    world: () => {
      let calls = 0;
      return {
        senderPolicy() {
          if (calls++ === 0) throw new Fault('a fault');
          return undefined;
        },
      };
    },
    line: `NO ${FAULT}`,
  },
};

describe('a fault of ours costs one message, is logged, and leaves nothing behind', () => {
  for (const [name, { world: options, line, next = 'OK NIL', answer }] of Object.entries(table)) {
    test(name, async () => {
      const world = createWorld(options());
      const session = world.session({ mailbox: storedMessages(2) });
      const { answer: given, seen } = await world.send(session);
      assert.deepEqual(session.lines, [`* 1 SEND (101 ${line})`, `* 2 SEND (102 ${next})`]);
      assert.deepEqual(given, answer ?? { status: 'OK', text: 'SEND completed' });
      assert.ok(faultsLogged(world) > 0);
      assert.equal(world.openFiles, 0);
      seen?.('yes');
    });
  }

  test('alone, it is answered SERVERBUG', async () => {
    const world = createWorld({ submit: fault });
    const { answer } = await world.send(world.session({ mailbox: storedMessages(1) }));
    assert.deepEqual(answer, SERVERBUG);
  });

  test('a message whose submission failed before it was handed over can be sent again, and its rate is given back', async () => {
    let failing = true;
    const world = createWorld({
      rates: createRates({ messages: { count: 1, seconds: 3600 } }),
      submit: async (_uid, handover) => {
        if (failing) return fault();
        await handover();
        return ACCEPTED;
      },
    });
    const mailbox = storedMessages(1);
    await world.send(world.session({ id: 'first', mailbox }));
    failing = false;
    const session = world.session({ id: 'second', mailbox });
    await world.send(session);
    assert.deepEqual(session.lines, ['* 1 SEND (101 OK NIL)']);
  });

  test('a fault in the fetch of a message costs that message', async () => {
    const world = createWorld();
    const session = world.session({
      mailbox: storedMessages(3),
      upstream: ({ kind, set }, _listener, answer) => (kind === 'BODY[]' && set === '2' ? fault() : answer()),
    });
    const { answer } = await world.send(session);
    assert.deepEqual(session.lines, [
      '* 1 SEND (101 OK NIL)',
      `* 2 SEND (102 NO ${FAULT})`,
      '* 3 SEND (103 OK NIL)',
    ]);
    assert.equal(answer.status, 'OK');
    assert.equal(faultsLogged(world), 1);
    assert.equal(world.openFiles, 0);
  });

  test('a fault in the listing is for the relay to answer', async () => {
    const world = createWorld();
    await assert.rejects(world.send(world.session({ mailbox: [], upstream: fault })), Fault);
  });

  test('a ledger that cannot be told what was seen is not asked to forget less because of it', async () => {
    const asked: string[] = [];
    const world = createWorld({
      ledger: {
        ...createMemoryLedger(),
        async acknowledge(key) {
          asked.push(key);
          return fault();
        },
      },
    });
    const mailbox = storedMessages(3);
    const { seen } = await world.send(world.session({ mailbox }));
    seen?.('yes');
    await world.send(world.session({ mailbox: [] }));
    assert.equal(new Set(asked).size, 3);
    assert.equal(faultsLogged(world), 3);
  });
});

const faultsLogged = ({ logged }: ReturnType<typeof createWorld>): number =>
  logged.filter(({ event }) => event === 'internal-error').length;
