import type { ReceivedMessage } from '../test/support/sink.js';
import { DIALOGUE, MAILS, type Mail, textOf, UNKNOWN_RECIPIENT } from './scenario.js';

/** Everything in which the run differs from what it is to show, one line each. */
export function problemsOf(wire: readonly string[], arrived: readonly ReceivedMessage[]): string[] {
  const problems: string[] = [];
  if (!/^S: \* OK \[CAPABILITY .* SEND\]/.test(wire[0] ?? '')) {
    problems.push('SEND is not the last capability of the greeting');
  }
  const dialogue = dialogueOf(wire);
  if (dialogue.join('\n') !== DIALOGUE.join('\n')) {
    problems.push(`the answers should have been:\n${DIALOGUE.map((line) => `    ${line}`).join('\n')}`);
  }
  const expected = MAILS.filter(({ recipients }) => !recipients.includes(UNKNOWN_RECIPIENT));
  for (const mail of expected) {
    if (!arrived.some((message) => isTransmitted(mail, message))) {
      problems.push(`a message did not arrive as it should have, without Bcc: ${mail.header.join(', ')}`);
    }
  }
  if (arrived.length !== expected.length) {
    problems.push(`${arrived.length} messages arrived, not ${expected.length}`);
  }
  return problems;
}

/** From the SEND command to its tagged answer. */
export function dialogueOf(wire: readonly string[]): readonly string[] {
  const start = wire.findIndex((line) => line.startsWith('C: A003 '));
  const end = wire.findIndex((line) => line.startsWith('S: A003 '));
  return wire.slice(start, end + 1);
}

/** The envelope has all recipients, the content everything but the Bcc field. */
function isTransmitted(mail: Mail, { recipients, content }: ReceivedMessage): boolean {
  const header = mail.header.filter((line) => !line.startsWith('Bcc: '));
  return (
    recipients.join() === mail.recipients.join() && content.toString('latin1') === textOf({ ...mail, header })
  );
}
