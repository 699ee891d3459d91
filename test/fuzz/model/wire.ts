/** A reader of octets that waits for the next by `yield`. */
export type Reading<T> = Generator<undefined, T, undefined>;

/** Thrown by a model that cannot say what its server would do. */
export class Unsure extends Error {}

/** What a model server reads from and writes to, and what is known of it. */
export class Wire {
  /** Between two commands, and every octet was read. */
  idle = true;
  /** Who is logged in. */
  user: string | undefined;
  /** Octets that the client meant as a literal were read as commands. */
  disputed = false;
  /** From here on the server says nothing. */
  unsure = false;
  /** What was read of the line. */
  #line = '';
  #received = '';
  #at = 0;
  #said = '';
  #server: Reading<never> | undefined;

  /** Octets of the client, in latin1; gives what the server says to them. */
  feed(octets: string): string {
    this.#received = this.#received.slice(this.#at) + octets;
    this.#at = 0;
    if (!this.unsure) {
      try {
        this.#server?.next();
      } catch (error) {
        if (!(error instanceof Unsure)) throw error;
        this.unsure = true;
      }
    }
    const said = this.#said;
    this.#said = '';
    return said;
  }

  run(server: Reading<never>): void {
    this.#server = server;
  }

  say(line: string): void {
    this.#said += `${line}\r\n`;
  }

  /** The next octet, which stays. */
  *peek(): Reading<string> {
    while (this.#at === this.#received.length) yield;
    return this.#received[this.#at] as string;
  }

  *get(): Reading<string> {
    const octet = yield* this.peek();
    this.#at++;
    this.#line = this.#line.endsWith('\n') ? octet : this.#line + octet;
    return octet;
  }

  *octets(count: number): Reading<string> {
    let read = '';
    while (read.length < count) read += yield* this.get();
    return read;
  }

  /** Octets up to one of those that end the word, which stays. */
  *word(ends: string): Reading<string> {
    let read = '';
    for (let next = yield* this.peek(); !ends.includes(next); next = yield* this.peek()) {
      read += yield* this.get();
    }
    return read;
  }

  /** The rest of a line, which is not looked at: if it announced a non-synchronizing literal, this does not come. */
  *skipLine(): Reading<void> {
    yield* this.line();
    if (/\{\d*\+\}\r?\n$/.test(this.#line)) this.disputed = true;
  }

  /** The rest of a line, with its LF. */
  *line(): Reading<string> {
    return (yield* this.word('\n')) + (yield* this.get());
  }
}

/** Whether the server says OK, NO or BAD to a command is chosen by whoever writes its tag. */
export const verdictOf = (tag: string): string =>
  tag.startsWith('n') ? 'NO no' : tag.startsWith('b') ? 'BAD bad' : 'OK done';

/** A login with `wrong` for a password fails. */
export function logIn(wire: Wire, tag: string, user: string, password: string): void {
  if (user === '' || password === 'wrong') {
    wire.say(`${tag} NO [AUTHENTICATIONFAILED] no`);
    return;
  }
  wire.user = user;
  wire.say(`${tag} OK in`);
}

/** AUTHENTICATE PLAIN or LOGIN behind its mechanism; `initial` is the initial response, if there was one. */
export function* authenticate(
  wire: Wire,
  tag: string,
  mechanism: string,
  initial: string | undefined,
): Reading<void> {
  const prompts = mechanism === 'LOGIN' ? ['VXNlcm5hbWU6', 'UGFzc3dvcmQ6'] : [''];
  const given: string[] = [];
  for (const prompt of prompts) {
    let response = given.length === 0 ? initial : undefined;
    if (response === undefined) {
      wire.say(`+ ${prompt}`);
      response = (yield* wire.line()).replace(/\r?\n$/, '');
    }
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(response)) {
      wire.say(`${tag} BAD cancelled`);
      return;
    }
    given.push(Buffer.from(response, 'base64').toString('utf8'));
  }
  const [first = '', password = ''] = given;
  if (mechanism === 'LOGIN') {
    logIn(wire, tag, first, password);
    return;
  }
  const [authzid = '', user = '', secret, ...more] = first.split('\0');
  if (secret === undefined || more.length > 0) wire.say(`${tag} BAD no PLAIN`);
  else logIn(wire, tag, authzid === '' || user === '' ? user : authzid, secret);
}
