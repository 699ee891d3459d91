import type { Item } from '../client/send-run.js';
import type { Why } from '../client/submit.js';
import { wordsOf } from '../client/why.js';
import { clean } from '../log/clean.js';

/** Why a run ended before everything was attempted, in words. */
export interface Broken {
  readonly kind: 'signal' | 'temporary';
  readonly text: string;
}

/** How many messages came to which end. */
export type Tally = Readonly<Record<Item['kind'], number>>;

export const NOTHING: Tally = {
  sent: 0,
  'sent-before': 0,
  refused: 0,
  deferred: 0,
  unknown: 0,
  unmarked: 0,
  gone: 0,
  'not-stored': 0,
  unusable: 0,
};

/** What is most worth knowing of a run. docs/send-command.md has the table. */
export function exitCode(tally: Tally, broken: Broken | undefined): number {
  if (broken?.kind === 'signal') return 130;
  if (broken !== undefined || tally.deferred > 0) return 75;
  if (tally.unknown + tally.unmarked > 0) return 3;
  return tally.refused + tally.gone + tally['not-stored'] + tally.unusable > 0 ? 1 : 0;
}

/** One line for a person. What servers said is cleaned: it may be meant for the terminal. */
export const lineFor = (item: Item, mailbox: string): string =>
  `${item.kind.padEnd(11)} ${clean(item.source, 500)}${detail(item, clean(mailbox))}`;

/** For a shell. The name may be the server's choice: copied from the line, it must not be a command. */
const argument = (mailbox: string): string =>
  /^[\w./@:+-]+$/.test(mailbox) ? mailbox : `'${mailbox.replaceAll("'", "'\\''")}'`;

function detail(item: Item, mailbox: string): string {
  switch (item.kind) {
    case 'sent':
    case 'sent-before':
      return '';
    case 'refused':
    case 'deferred':
      return `: ${words(item.why)}`;
    case 'unknown':
      return `: ${words(item.why)}. To send it all the same: --uid ${item.uid} --mailbox ${argument(mailbox)}`;
    case 'unmarked':
      return `: is in ${mailbox} already, and may have been sent. To send it: --uid ${item.uid} --mailbox ${argument(mailbox)}`;
    case 'gone':
      return `: not in ${mailbox}`;
    case 'not-stored':
      return `: the mail server did not store it: ${clean(item.text, 500)}`;
    case 'unusable':
      return `: ${item.problem}`;
  }
}

const words = (why: Why): string => clean(wordsOf(why), 1000);

/** The same for a program. Fields that do not apply are left out. */
export function objectFor(item: Item, mailbox: string): object {
  const { source, kind } = item;
  const common = { source, outcome: kind, ...('uid' in item && { uid: item.uid, mailbox }) };
  if (kind === 'unusable') return { ...common, text: item.problem };
  if (kind === 'not-stored') return { ...common, text: item.text };
  if (!('why' in item)) return common;
  const { result, answer } = item.why;
  if (result === undefined) return { ...common, text: answer.text };
  return { ...common, command: result.command, parameter: result.parameter, reply: result.reply };
}

export function summary(tally: Tally, broken: Broken | undefined): string {
  const counts = Object.entries(tally)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`);
  const done = counts.length === 0 ? 'nothing done' : counts.join(', ');
  return broken === undefined
    ? done
    : `${done}; ${clean(broken.text, 500)}: the same command again does the rest`;
}
