import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored, Upstream } from './scripted-command-session.js';
import { createWorld, storedMessages, type WorldOptions } from './send-world.js';

export interface Row {
  readonly mailbox?: readonly Stored[];
  readonly upstream?: Upstream;
  readonly world?: WorldOptions;
  /** `1 OK`, or `2 NO command "parameter" "reply"`. */
  readonly lines: readonly string[];
  readonly answer: string;
  /** What the operator is told. */
  readonly errors?: readonly RegExp[];
}

/**
 * Runs `SEND 1:*`; what the client is told must be this, what it is told to have gone out must be what was stored, and
 * nothing must be left behind.
 */
export async function plays({
  mailbox = storedMessages(3),
  upstream,
  world: options,
  lines,
  answer,
  errors = [],
}: Row): Promise<void> {
  const world = createWorld(options);
  const session = world.session({ mailbox, ...(upstream && { upstream }) });
  const { answer: given } = await world.send(session);
  assert.deepEqual(
    session.lines,
    lines.map((line) => {
      const [sequence = '', outcome = '', refusal = ''] = line.split(/ (OK|NO) ?/);
      const uid = mailbox[Number(sequence) - 1]?.uid;
      return `* ${sequence} SEND (${uid} ${outcome === 'OK' ? 'OK NIL' : `NO (${refusal})`})`;
    }),
  );
  const sent = mailbox.filter(({ uid }) => session.lines.some((line) => line.includes(`(${uid} OK`)));
  for (const { uid, octets } of sent) assert.equal(world.submitted.get(uid), octets.length);
  const { status, code, text } = given;
  assert.equal([status, ...(code === undefined ? [] : [`[${code}]`]), text].join(' '), answer);
  assert.equal(world.openFiles, 0);
  const logged = world.logged.filter(({ event }) => event === 'internal-error');
  assert.equal(logged.length, errors.length);
  for (const [index, error] of errors.entries()) assert.match(JSON.stringify(logged[index]), error);
}

/** A test for each. */
export const rows = (table: Readonly<Record<string, Row>>): void => {
  for (const [name, row] of Object.entries(table)) test(name, () => plays(row));
};

export const LIMIT = 'NO [LIMIT] SEND: a limit of this proxy, no message was sent';
export const UNAVAILABLE = 'NO [UNAVAILABLE] SEND: not possible now, no message was sent';
export const NONE = 'NO SEND failed, no message was accepted';
