/** What follows a letter: nothing; a value, attached or as the next argument; one only if it is attached. */
type Value = 'none' | 'needed' | 'attached';

export interface Flag {
  readonly value: Value;
  /** What it does here, for `--help`. Without it, it is taken and has no effect. */
  readonly describe?: string;
}

/**
 * The letters of sendmail(8), as Sendmail, Postfix and Exim have them. Those without a description tell a mail server
 * what is decided elsewhere (delivery modes, notifications, body types), so that taking them does no harm.
 */
export const FLAGS: Readonly<Record<string, Flag>> = {
  t: { value: 'none', describe: 'send to whom the header names, in To, Cc and Bcc, and to RECIPIENTS' },
  i: { value: 'none', describe: 'a line with a single dot does not end the message; also -oi' },
  f: { value: 'needed', describe: 'the sender: must be that of the header, which gets it if it has none' },
  r: { value: 'needed', describe: 'the same as -f' },
  F: { value: 'needed', describe: 'full name of the sender, if the header names no sender' },
  v: { value: 'none', describe: 'say what was done' },
  a: { value: 'needed', describe: 'the account of that name in the account file' },
  C: { value: 'needed', describe: 'another account file' },
  b: { value: 'needed', describe: 'm: send (as without it); p: list what is kept' },
  q: { value: 'attached', describe: 'send what is kept' },
  o: { value: 'needed' },
  O: { value: 'needed' },
  A: { value: 'needed' },
  B: { value: 'needed' },
  L: { value: 'needed' },
  N: { value: 'needed' },
  R: { value: 'needed' },
  V: { value: 'needed' },
  X: { value: 'needed' },
  e: { value: 'needed' },
  h: { value: 'needed' },
  p: { value: 'needed' },
  d: { value: 'attached' },
  G: { value: 'none' },
  U: { value: 'none' },
  m: { value: 'none' },
  n: { value: 'none' },
};

/** What else a `-b` can ask of a mail server, and why not of this. */
export const OTHER_MODES: Readonly<Record<string, string>> = {
  s: 'it takes no SMTP on standard input: give the message and its recipients',
  S: 'it takes no SMTP on standard input: give the message and its recipients',
  d: 'it is no daemon',
  D: 'it is no daemon',
  i: 'it has no alias database: aliases are in the account file',
  v: 'it cannot verify recipients',
  t: 'it has no address tests',
  h: 'it keeps no host status',
  H: 'it keeps no host status',
  a: 'it has no ARPANET mode',
};

const taken = Object.entries(FLAGS)
  .filter(([, { describe }]) => describe === undefined)
  .map(([letter]) => `-${letter}`);

const VALUE_NAMES: Readonly<Record<string, string>> = {
  f: 'ADDRESS',
  r: 'ADDRESS',
  F: 'NAME',
  a: 'ACCOUNT',
  C: 'FILE',
  b: 'MODE',
};

const lines = Object.entries(FLAGS).flatMap(([letter, { describe }]) =>
  describe === undefined ? [] : [[`-${letter} ${VALUE_NAMES[letter] ?? ''}`.trim(), describe] as const],
);

const LONG = [
  ['--queue', 'keep the message, and exit with 0, when the server cannot be reached; -q sends it'],
  ['--help', 'show this'],
  ['--version', 'show the version'],
] as const;

export const HELP = `imap-send-proxy sendmail [OPTIONS] [RECIPIENTS]

Sends the message on standard input as sendmail(8) does, with SEND: it is appended to the mailbox for sent
messages of an account, and sent from there. Also under the names sendmail and mailq.

Options:
${[...lines, ...LONG].map(([name, describe]) => `  ${name.padEnd(12)}  ${describe}`).join('\n')}

Taken without effect: ${taken.join(' ')}

Accounts: ~/.config/imap-send-proxy/accounts.yaml, or IMAP_SEND_URL, IMAP_SEND_USER, IMAP_SEND_PASSWORD,
IMAP_SEND_MAILBOX and IMAP_SEND_CA in the environment.

Exit codes: 0 sent, or kept with --queue; 64 wrong usage; 65 the message cannot be sent like this; 66 it cannot
be read; 67 no such recipient; 68 no such domain; 69 refused, or nobody knows; 70 our fault; 75 try again; 77
login or sender not allowed; 78 the account file or the account is not right.
`;
