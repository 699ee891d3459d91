import type { Wire } from '../../support/wire.js';
import { user } from './setting.js';

let made = 0;

/** Makes a mailbox that holds the messages, with UIDs from 1 on, and selects it. Returns its name. */
export async function selectNew(wire: Wire, ...messages: readonly string[]): Promise<string> {
  const name = `mailbox-${++made}`;
  await succeed(wire, `CREATE ${name}`);
  for (const message of messages) await append(wire, name, message);
  await succeed(wire, `SELECT ${name}`);
  return name;
}

export const append = (wire: Wire, mailbox: string, message: string): Promise<string> =>
  succeed(wire, `APPEND ${mailbox} ~{${message.length}+}\r\n${message}`);

/** All up to OK. */
export async function succeed(wire: Wire, command: string): Promise<string> {
  const answer = await wire.command('ok', command);
  if (!/^ok OK /m.test(answer)) throw new Error(`${command.slice(0, 40)} was refused: ${answer}`);
  return answer;
}

let written = 0;

/**
 * A message that is submitted as it is. Each is another one: the same octets sent again before their first answer was
 * seen are a retry.
 */
export const messageTo = (recipient: string, body = 'Hello.\r\n'): string =>
  `From: ${user}\r\nTo: ${recipient}\r\nMessage-ID: <${++written}@example.org>\r\n\r\n${body}`;
