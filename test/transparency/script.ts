/** A session as its client drives it, from the greeting to BYE or the end of the stream; otherwise LOGOUT ends it. */
export interface Script {
  readonly name: string;
  readonly password: string;
  readonly steps: (user: string) => readonly Step[];
  /** Servers that carry out several commands at a time answer in an order that depends on how the segments arrive. */
  readonly inAnyOrder?: boolean;
  /** The server reads it differently in pieces: it is not cut. */
  readonly uncut?: boolean;
}

/** A session that the proxy ends, with this `* BYE`. */
export interface FailClosed extends Script {
  readonly bye: string;
}

export type Step =
  /**
   * A command, from its tag on, without the last CRLF. Octets behind `{n}` CRLF wait for `+`, and are not sent if the
   * command is refused first. Its tagged response is awaited. No NIL for a string: Cyrus 3.6 ends the session when it
   * reads N at the end of one segment and IL in the next ("Can't unwind any more").
   */
  | string
  /** Such a command, made from what was received so far. */
  | ((received: string) => string)
  /** Octets as they are, then what has to come before the next step. */
  | { readonly octets: string; readonly until: RegExp }
  /** Octets, then the end of the client's stream; what the server still sends is awaited, and its end. */
  | { readonly last: string }
  /** Another session of the same account, straight to the server. */
  | { readonly elsewhere: readonly string[] }
  /** A command that the proxy answers itself, and how; left out of a session without it. */
  | { readonly toProxy: string; readonly answer: string };

const PASSWORD = 'secret';

export const connected = (name: string, steps: readonly Step[]): Script => ({
  name,
  password: PASSWORD,
  steps: () => steps,
});

export const loggedIn = (name: string, steps: readonly Step[]): Script => ({
  name,
  password: PASSWORD,
  steps: (user) => [`login LOGIN ${user} ${PASSWORD}`, ...steps],
});

/** INBOX is selected; it holds the messages of mailbox.ts. */
export const selected = (name: string, steps: readonly Step[]): Script =>
  loggedIn(name, ['select SELECT INBOX', ...steps]);

export const inAnyOrder = (script: Script): Script => ({ ...script, inAnyOrder: true });

export const pipelined = (name: string, text: string, until: RegExp): Script =>
  inAnyOrder(selected(name, [octets(text, until)]));

/** The proxy ends the session in the last step. */
export const failClosed = (name: string, bye: string, steps: readonly Step[]): FailClosed => ({
  ...selected(name, steps),
  bye,
});

export const failClosedBeforeLogin = (name: string, bye: string, steps: readonly Step[]): FailClosed => ({
  ...connected(name, steps),
  bye,
});

export const withPassword = (
  password: string,
  name: string,
  steps: (user: string) => readonly Step[],
): Script => ({ name, password, steps });

/** The tagged response to a command. */
export const answerTo = (tag: string): RegExp =>
  new RegExp(`^${tag.replace(/[^\w ]/g, '\\$&')} (OK|NO|BAD)[^\\n]*\\n`, 'm');

/** Commands in one segment; the tagged response to the last one is awaited. */
export const segment = (...commands: readonly string[]): Step => {
  const last = commands.at(-1) ?? '';
  return octets(commands.map((each) => `${each}\r\n`).join(''), answerTo(last.slice(0, last.indexOf(' '))));
};

export const octets = (text: string, until: RegExp): Step => ({ octets: text, until });

/** The other session is over when the next step begins, so that it cannot take `\Recent` away from this one later. */
export const elsewhere = (...commands: readonly string[]): Step => ({ elsewhere: commands });

export const toProxy = (command: string, answer: string): Step => ({ toProxy: command, answer });

/** `{n}` CRLF and the octets; `mark` takes the place of `{n}` for the other kinds of literals. */
export const literal = (text: string, mark: '{n}' | '{n+}' | '~{n}' | '~{n+}' = '{n}'): string =>
  `${mark.replace('n', String(text.length))}\r\n${text}`;
