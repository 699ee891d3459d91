import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { imapString, taggedLine } from '../../src/imap/status.js';
import type { SmtpCommand } from '../../src/outcome.js';
import { faulty, type Script, startPeer } from '../support/smtp-peer.js';
import { submitterTo } from '../support/submission.js';
import { faults } from './support/faults.js';
import type { ScriptedCommandSession } from './support/scripted-command-session.js';
import { createWorld, storedMessages } from './support/send-world.js';

/*
 * The fault matrix as the client sees it: SEND of three messages, of which the first or the second meets a fault at one
 * of the commands. Each cell: all lines, the tagged answer, and what was delivered.
 */

const OKAY = 'OK NIL';
const NOT_ATTEMPTED =
  'NO ("MAIL FROM" "" "421 4.3.2 Not attempted: the connection to the submission server failed")';

interface Place {
  readonly at: (line: string) => boolean;
  readonly command: SmtpCommand;
  readonly parameter: (uid: number) => string;
}

const places: Readonly<Record<string, Place>> = {
  MAIL: { at: (line) => line.startsWith('MAIL'), command: 'MAIL FROM', parameter: () => 'anna@example.org' },
  RCPT: {
    at: (line) => line.startsWith('RCPT'),
    command: 'RCPT TO',
    parameter: (uid) => `to-${uid}@example.net`,
  },
  DATA: { at: (line) => line === 'DATA', command: 'DATA', parameter: () => '' },
  'the final dot': { at: (line) => line === '.', command: 'DATA', parameter: () => '' },
};

for (const [victim, where] of [
  [101, 'the first message'],
  [102, 'a message in the middle'],
] as const) {
  describe(where, { concurrency: 12 }, () => {
    for (const place of Object.keys(places)) {
      for (const fault of Object.keys(faults)) {
        test(`${place}: ${fault}`, (t) => checkCell(t, victim, place, fault));
      }
    }
  });
}

async function checkCell(
  t: TestContext,
  victim: number,
  placeName: string,
  faultName: string,
): Promise<void> {
  const place = places[placeName]!;
  const fault = faults[faultName]!;
  const afterDot = placeName === 'the final dot';
  const [kind, reply] = fault.expected[afterDot ? 1 : 0];

  const uids = [101, 102, 103];
  const refusal = [place.command, place.parameter(victim), reply].map((text) => imapString(text).toString());
  const rest = kind === 'refused' ? OKAY : NOT_ATTEMPTED;
  const lines = uids.map((uid, index) => {
    const result = uid < victim ? OKAY : uid === victim ? `NO (${refusal.join(' ')})` : rest;
    return `* ${index + 1} SEND (${uid} ${result})`;
  });
  const delivered = uids.filter((uid) =>
    uid === victim ? afterDot && fault.accepts === true : uid < victim || kind === 'refused',
  );

  const { lines: seen, answer, accepted } = await send(t, victim, place, faultName);
  assert.deepEqual(seen, lines);
  assert.equal(answer, expectedAnswer(kind, reply, lines));
  assert.deepEqual(accepted, delivered);
}

function expectedAnswer(kind: string, reply: string, lines: readonly string[]): string {
  if (lines.some((line) => line.includes(OKAY))) return 'A OK SEND completed';
  if (kind === 'unknown') return 'A NO SEND failed, a message may have been accepted: its outcome is unknown';
  return `A NO [UNAVAILABLE] SEND: not possible now, no message was sent (${reply})`;
}

async function send(t: TestContext, victim: number, { at }: Place, faultName: string) {
  const fault = faults[faultName]!;
  let submitted = 0;
  const script: Script = ({ line }) => (submitted === victim && at(line) ? fault.reaction(line) : undefined);
  const peer = await startPeer(faulty([], script));
  t.after(() => peer.close());
  const submitter = submitterTo(peer.port, { timeouts: fault.stalls ? { command: 500, finalDot: 500 } : {} });
  t.after(() => submitter.close());
  const world = createWorld({
    parallel: 1,
    submit: (uid, handover, content) => {
      submitted = uid;
      return submitter.submit({ kind: 'none' }, content, handover);
    },
  });
  const session: ScriptedCommandSession = world.session({ mailbox: storedMessages(3) });
  const { answer } = await world.send(session);
  const accepted = peer.accepted.map((content) => Number(/^To: to-(\d+)@/m.exec(content)?.[1]));
  return { lines: session.lines, answer: taggedLine('A', answer).toString().trimEnd(), accepted };
}
