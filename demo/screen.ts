import { styleText } from 'node:util';
import type { ReceivedMessage } from '../test/support/sink.js';
import { FIRST_UID, headerField, MAILS, PASSWORD, REFUSAL, UNKNOWN_RECIPIENT, USER } from './scenario.js';
import type { Stage } from './stage.js';
import { dialogueOf } from './verify.js';

/** `hasColors` knows NO_COLOR, FORCE_COLOR and TERM. */
const colours = process.stdout.isTTY === true && process.stdout.hasColors();

function paint(style: 'bold' | 'cyan' | 'green' | 'red' | 'dim', text: string): string {
  return colours ? styleText(style, text) : text;
}

function heading(text: string): void {
  console.log(`\n${paint('bold', text)}\n`);
}

export function showStage({ dovecot, sink, proxyCommand }: Stage): void {
  heading('A mail server that knows nothing of SEND, and the proxy in front of it');
  console.log(`  Dovecot        imap://127.0.0.1:${dovecot.port}`);
  console.log(`  SMTP server    smtp://127.0.0.1:${sink.port}   says ${REFUSAL} to ${UNKNOWN_RECIPIENT}`);
  const [program, command, ...options] = proxyCommand;
  console.log(`  The proxy      ${program} ${command} ${options.join(` \\\n${' '.repeat(21)}`)}`);

  heading(`In the mailbox of ${USER}`);
  for (const [index, mail] of MAILS.entries()) {
    const bcc = headerField(mail, 'Bcc');
    const to = `To: ${headerField(mail, 'To')}${bcc === undefined ? '' : `, Bcc: ${bcc}`}`;
    console.log(`  ${index + 1}  UID ${FIRST_UID + index}  ${headerField(mail, 'Subject')?.padEnd(24)}${to}`);
  }
}

export function showWire(wire: readonly string[]): void {
  heading('On the wire between a mail client and the proxy');
  console.log(painted(wire[0] ?? ''));
  console.log(paint('dim', `     … logs in as ${USER}, selects INBOX …`));
  for (const line of dialogueOf(wire)) console.log(painted(line));
}

function painted(line: string): string {
  return `  ${paint(line.startsWith('C:') ? 'cyan' : 'green', line)}`;
}

export function showArrivals(messages: readonly ReceivedMessage[]): void {
  heading(`What the SMTP server got, ${messages.length} messages`);
  const order = (message: ReceivedMessage) =>
    MAILS.findIndex(({ recipients }) => recipients.includes(message.recipients[0] ?? ''));
  const sorted = [...messages].sort((a, b) => order(a) - order(b));
  console.log(sorted.map(described).join('\n\n'));
  console.log('\n  Dora was in Bcc: she gets the message, and nothing in it names her.');
}

export function showArrival(message: ReceivedMessage): void {
  console.log(`\n  ${paint('bold', 'The SMTP server got a message')}\n\n${described(message)}`);
}

function described({ mailFrom, recipients, user, content }: ReceivedMessage): string {
  const [header = ''] = content.toString('latin1').split('\r\n\r\n', 1);
  const envelope = [
    `MAIL FROM:<${mailFrom}>`,
    ...recipients.map((address) => `RCPT TO:<${address}>`),
    `(logged in as ${user})`,
  ].join(' ');
  return [`  ${envelope}`, ...header.split('\r\n').map((line) => paint('dim', `    ${line}`))].join('\n');
}

export function showHowToKeep(): void {
  heading('To connect by hand');
  console.log('  npm run demo -- --keep   leaves all of it running, and says where and how.\n');
}

export function showHowToConnect({ proxyPort }: Stage): void {
  const here = `127.0.0.1:${proxyPort}`;
  heading('To connect by hand');
  console.log(`  imap://${here} as ${USER} with the password ${PASSWORD}, for example\n`);
  console.log(`    ${paint('cyan', `curl imap://${here}/INBOX -u ${USER}:${PASSWORD} -X 'SEND 3'`)}\n`);
  console.log(`  or line by line with nc -C 127.0.0.1 ${proxyPort}\n`);
  for (const line of [`a LOGIN ${USER} ${PASSWORD}`, 'b SELECT INBOX', 'c UID SEND 3003', 'd LOGOUT']) {
    console.log(`    ${paint('cyan', line)}`);
  }
  console.log('\n  What arrives is shown here. Ctrl-C ends it, and nothing stays behind.\n');
}

export function showProblems(problems: readonly string[]): void {
  for (const problem of problems) console.error(paint('red', `demo: ${problem}`));
}
