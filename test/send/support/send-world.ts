import { setTimeout as delay } from 'node:timers/promises';
import type { TakenCommand } from '../../../src/gate/local-command.js';
import type { Ledger } from '../../../src/ledger/ledger.js';
import { createMemoryLedger } from '../../../src/ledger/memory.js';
import { createRates } from '../../../src/ledger/rates.js';
import type { EventName, Events } from '../../../src/log/events.js';
import type { Outcome, Refusal } from '../../../src/outcome.js';
import type { TakenResult } from '../../../src/relay/handler.js';
import { createSendHandler, type SendOptions } from '../../../src/send/engine.js';
import type { Message } from '../../../src/send/message.js';
import { leaveToSubmissionServer } from '../../../src/send/sender-policy.js';
import { countedFiles } from './counted-files.js';
import { ScriptedCommandSession, type SessionScript, type Stored } from './scripted-command-session.js';

export const ACCEPTED: Outcome = { kind: 'accepted', reply: '250 2.0.0 Ok' };

export const refusedBy = (reply: string, command: Refusal['command'] = 'RCPT TO'): Outcome => ({
  kind: 'refused',
  refusal: { command, parameter: command === 'DATA' ? '' : 'x@example.net', reply },
});

/** A message to `to-<uid>@example.net`. */
export function stored(uid: number, header = '', body = 'hello\r\n'): Stored {
  const text = `From: anna@example.org\r\nTo: to-${uid}@example.net\r\n${header}\r\n${body}`;
  return { uid, octets: Buffer.from(text, 'latin1') };
}

/** UIDs 101, 102, … */
export const storedMessages = (count: number): Stored[] =>
  Array.from({ length: count }, (_, index) => stored(101 + index));

/** What becomes of a message; by default it is accepted. `number` is its recipient's. */
export type Submission = (
  number: number,
  handover: () => Promise<void>,
  message: Message,
) => Outcome | Promise<Outcome>;

export interface WorldOptions extends Partial<Omit<SendOptions, 'submitter'>> {
  readonly submit?: Submission;
}

export interface World {
  readonly ledger: Ledger;
  readonly logged: readonly { readonly event: EventName; readonly fields: Events[EventName] }[];
  /** Octets of each message that was submitted, by its UID. */
  readonly submitted: ReadonlyMap<number, number>;
  /** `LIST set`, `FETCH number`, `submit uid`, `outcome uid`, and lines, in the order in which they happened. */
  readonly journal: readonly string[];
  /** Spool files that are open: every message has one. */
  readonly openFiles: number;
  session(script: SessionScript): ScriptedCommandSession;
  /** `SEND 1:*` */
  send(session: ScriptedCommandSession, command?: Partial<TakenCommand>): Promise<TakenResult>;
}

/** The send engine with a submission server that does as it is told, and no sockets. */
export function createWorld({ submit = accept, ...options }: WorldOptions = {}): World {
  const journal: string[] = [];
  const submitted = new Map<number, number>();
  const logged: { event: EventName; fields: Events[EventName] }[] = [];
  const ledger = options.ledger ?? createMemoryLedger();
  const files = countedFiles();
  const handler = createSendHandler({
    submitter: {
      async submit(_identity, message, handover) {
        const uid = Number(/\d+/.exec(message.envelope.to[0] ?? '')?.[0]);
        journal.push(`submit ${uid}`);
        submitted.set(uid, message.size);
        const outcome = await submit(uid, handover, message);
        journal.push(`outcome ${uid}`);
        return outcome;
      },
      close: async () => {},
    },
    rates: createRates({}),
    log: {
      event(event, fields) {
        logged.push({ event, fields });
      },
    },
    auth: 'none',
    senderPolicy: leaveToSubmissionServer,
    fetch: { spool: files.spool, maxMessageSize: 10_000 },
    maxRecipients: 5,
    maxMessagesPerSend: 100,
    parallel: 4,
    keepAliveMs: 60_000,
    ...options,
    ledger,
  });
  return {
    ledger,
    logged,
    submitted,
    journal,
    get openFiles() {
      return files.open;
    },
    session: (script) => new ScriptedCommandSession({ happened: (what) => journal.push(what), ...script }),
    send: (session, command) => handler.run({ tag: 'A', name: 'SEND', set: '1:*', ...command }, session),
  };
}

const accept: Submission = async (_uid, handover) => {
  await handover();
  return ACCEPTED;
};

export interface HeldSubmissions {
  readonly submit: Submission;
  /** UIDs of those that are being submitted. */
  readonly held: readonly number[];
  /** Waits until the message is being submitted, and says what becomes of it. */
  settle(uid: number, outcome?: Outcome): Promise<void>;
}

/** Submissions that wait until the test says what becomes of them. */
export function heldSubmissions(): HeldSubmissions {
  const held = new Map<number, (outcome: Outcome) => void>();
  return {
    async submit(uid, handover) {
      const outcome = await new Promise<Outcome>((resolve) => held.set(uid, resolve));
      if (outcome.kind === 'accepted') await handover();
      return outcome;
    },
    get held() {
      return [...held.keys()];
    },
    async settle(uid, outcome = ACCEPTED) {
      await until(`submission of ${uid}`, () => held.has(uid));
      held.get(uid)?.(outcome);
      held.delete(uid);
    },
  };
}

/** Fails when it takes longer than any machine should need. */
export async function until(what: string, met: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!met()) {
    if (Date.now() > deadline) throw new Error(`${what}: not within 10 s`);
    await delay(1);
  }
}
