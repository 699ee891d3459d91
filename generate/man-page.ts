import { ENVIRONMENT_PREFIX } from '../src/config/options.js';
import { type CommandHelp, type Entry, type Group, helpOfCommands } from './command-help.js';

/** Of the last change of what is written here. */
const DATE = 'November 23, 2026';

const DESCRIPTION = `A transparent IMAP proxy that adds the command SEND to the mail server behind it: a client that has put a message into a mailbox sends it with one IMAP command more, over the connection and the login it has already. The proxy hands the message to a submission server. Every other octet passes through it unchanged.`;

/** imap-send-proxy(1) in mdoc(7). */
export async function manPage(): Promise<string> {
  const commands = await helpOfCommands();
  return [
    '.\\" Made of the help of the program by "npm run generate".',
    `.Dd ${DATE}`,
    '.Dt IMAP-SEND-PROXY 1',
    '.Os',
    '.Sh NAME',
    '.Nm imap-send-proxy',
    '.Nd transparent IMAP proxy that adds the command SEND',
    '.Sh SYNOPSIS',
    ...commands.flatMap(synopsis),
    '.Sh DESCRIPTION',
    ...prose(DESCRIPTION),
    '.Pp',
    'Each command has',
    '.Fl \\-help ;',
    '.Fl \\-version',
    'shows the version number.',
    'The commands are:',
    ...commands.flatMap(section),
    '.Sh ENVIRONMENT',
    '.Bl -tag -width Ds',
    `.It Ev ${ENVIRONMENT_PREFIX}*`,
    ...prose('Options of serve, in capitals and with underscores.'),
    '.It Ev IMAP_SEND_PASSWORD',
    ...prose('The password of send, where no file has it.'),
    '.El',
    '.Sh EXIT STATUS',
    'Of',
    '.Cm serve ,',
    'and of every command line that cannot be used:',
    '.Bl -tag -width Ds',
    '.It 0',
    ...prose('It was stopped by SIGTERM or SIGINT, and all is in order.'),
    '.It 1',
    ...prose('The system did not let it start, or it has a fault.'),
    '.It 2',
    ...prose('The command line or the configuration is wrong: to start it again will not help.'),
    '.It 128+n',
    ...prose('A second signal n ended it at once.'),
    '.El',
    '.Sh EXAMPLES',
    'In front of a Dovecot and a Postfix on the same machine:',
    '.Bd -literal -offset indent',
    'imap-send-proxy serve --listen imaps://0.0.0.0:993 \\e',
    '    --tls-cert cert.pem --tls-key key.pem \\e',
    '    --upstream imap://127.0.0.1:10143 \\e',
    '    --submission smtp://127.0.0.1:10587',
    '.Ed',
    '.Pp',
    'A letter is stored and sent:',
    '.Bd -literal -offset indent',
    'imap-send-proxy send --server imaps://mail.example.org \\e',
    '    --netrc ~/.netrc letter.eml',
    '.Ed',
    '.Sh STANDARDS',
    ...prose('IMAP4rev2 is RFC 9051, and submission RFC 6409. SEND is in no RFC yet.'),
    '',
  ].join('\n');
}

function synopsis({ usage, groups }: CommandHelp): string[] {
  const [name = '', ...positionals] = usage.split(' ');
  const options = groups.some(({ entries }) => entries.some((entry) => entry.name.startsWith('--')));
  const [first = ''] = positionals.map((each) => each.replaceAll(/[[\].]/g, ''));
  return [
    '.Nm',
    `.Cm ${name}`,
    ...(options ? ['.Op Ar options'] : []),
    ...(first === '' ? [] : [`.Op Ar ${first} ...`]),
  ];
}

function section({ usage, describe, groups, epilogue }: CommandHelp): string[] {
  const [name = ''] = usage.split(' ');
  return [
    `.Ss ${name}`,
    ...prose(`${describe}.`),
    ...groups.flatMap(list),
    ...epilogue.flatMap((paragraph) => ['.Pp', ...prose(paragraph)]),
  ];
}

/** What is said above, for all commands. */
const COMMON = ['--help', '--version'];

function list({ name, entries }: Group): string[] {
  const items = entries
    .filter((entry) => !COMMON.includes(entry.name))
    .flatMap((entry) => [`.It ${itemOf(entry)}`, ...prose(entry.text)]);
  if (items.length === 0) return [];
  return ['.Pp', ...prose(`${name}:`), '.Bl -tag -width Ds', ...items, '.El'];
}

function itemOf({ name, value }: Entry): string {
  const [, dashes = '', word = name] = /^(-{1,2})(.+)$/.exec(name) ?? [];
  const head = dashes === '' ? `Ar ${word}` : `Fl ${dashes === '--' ? '\\-' : ''}${word}`;
  return value === undefined ? head : `${head} Ar ${value}`;
}

/** Each sentence begins a line, as mdoc(7) wants it, and none is longer than 80 octets where words allow. */
function prose(text: string): string[] {
  return text.split(/(?<=[.?!]) (?=[A-Z])/).flatMap((sentence) => {
    const lines: string[] = [];
    for (const word of escaped(sentence).split(/\s+/)) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + 1 + word.length <= 78) lines.push(`${lines.pop()} ${word}`);
      else lines.push(word);
    }
    return lines.map((line) => (/^[.']/.test(line) ? `\\&${line}` : line));
  });
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\e').replaceAll(/[^\s\x20-\x7e]/gu, (character) => `\\[u${hex(character)}]`);

const hex = (character: string): string =>
  (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
