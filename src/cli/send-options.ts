import type { Options as YargsOption } from 'yargs';
import { ConfigError, unexpected } from '../config/problem.js';
import { type Arguments, CONNECTION_OPTIONS, misplaced, text, textOf, toggle } from './connection-options.js';

export const SEND_OPTIONS: Readonly<Record<string, YargsOption>> = {
  ...CONNECTION_OPTIONS,
  mailbox: {
    ...text('Messages', 'Mailbox to append to and to send from'),
    defaultDescription: 'the one for sent messages (SPECIAL-USE)',
  },
  uid: text('Messages', 'Send messages that are in --mailbox: a UID, or a set like 3001,3005:3009'),
  again: toggle('Messages', 'With --uid: also messages that were sent before'),
  json: toggle('Output', 'One JSON object for each message, and one at the end'),
};

/** What is to be sent. */
export type Task =
  | { readonly kind: 'files'; readonly paths: readonly string[]; readonly mailbox?: string }
  | { readonly kind: 'uids'; readonly set: string; readonly mailbox: string; readonly again: boolean };

/** Throws ConfigError. */
export function readTask(given: Arguments, paths: readonly string[]): Task {
  const [uid, mailbox] = [textOf(given, 'uid'), textOf(given, 'mailbox')];
  if (uid === undefined) {
    if (given['again'] !== undefined) throw misplaced('again', 'expected --uid with it');
    if (paths.length === 0) {
      throw new ConfigError({ text: 'nothing to send: expected files, a Maildir, or --uid with --mailbox' });
    }
    return { kind: 'files', paths, ...(mailbox !== undefined && { mailbox }) };
  }
  if (paths.length > 0) throw misplaced('uid', 'expected no files with it');
  if (mailbox === undefined) throw misplaced('uid', 'expected --mailbox with it');
  if (!uid.split(',').every((range) => /^(?:[1-9]\d{0,9}|\*)(?::(?:[1-9]\d{0,9}|\*))?$/.test(range))) {
    throw unexpected('uid', 'a UID, or a set like 3001,3005:3009', { text: uid, source: '--uid' });
  }
  return { kind: 'uids', set: uid, mailbox, again: given['again'] !== undefined };
}
