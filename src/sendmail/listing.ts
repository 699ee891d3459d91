import { clean } from '../log/clean.js';
import type { Kept, Spool } from './spool.js';

/** What is kept, for a person. Headers are strangers' texts. */
export function listing(spool: Spool): string {
  const kept = [...spool.pending(), ...spool.failed()].flatMap((id) => spool.read(id) ?? []);
  if (kept.length === 0) return 'Nothing is kept.\n';
  return kept.map(entry).join('\n');
}

function entry({ account, sender, recipients, queued, octets, path, failure }: Kept): string {
  const lines = [
    `${queued}  ${octets.length} octets, account ${clean(account)}`,
    `  ${clean(sender)} to ${clean(recipients.join(', '), 500)}`,
    `  ${path}`,
    ...(failure === undefined ? [] : [`  will not be sent: ${clean(failure, 1000)}`]),
  ];
  return `${lines.join('\n')}\n`;
}
