import type { Login } from '../../src/credentials.js';
import { Gate } from '../../src/gate/gate.js';
import type { OwnFetchKind } from '../../src/gate/own-fetch.js';
import type { ServerEvent } from '../../src/gate/server-step.js';
import type { GateOptions } from '../../src/gate/session-state.js';
import { type Answer, taggedLine } from '../../src/imap/status.js';

export interface SessionOptions extends GateOptions {
  /** TLS is active on the client's connection from the start. */
  readonly secure: boolean;
}

/** Where octets went: to upstream, to the client, or to whoever carries out SEND. */
export type Channel = 'U' | 'P' | 'B';

type Entry = { readonly channel: Channel; octets: string } | { readonly note: string };

/** What became of a session's octets, in order; the same for the same octets however they were written. */
export class Journal {
  readonly #entries: Entry[] = [];

  octets(channel: Channel, octets: Buffer): void {
    if (octets.length === 0) return;
    const last = this.#entries.at(-1);
    const text = octets.toString('latin1');
    if (last !== undefined && 'channel' in last && last.channel === channel) last.octets += text;
    else this.#entries.push({ channel, octets: text });
  }

  note(note: string): void {
    this.#entries.push({ note });
  }

  /**
   * A session failed on what was for `channel`. Nothing is promised of the line that was passing there: it streams
   * through until its end is seen.
   */
  fail(violation: string, channel: Channel): void {
    const last = this.#entries.at(-1);
    if (last !== undefined && 'channel' in last && last.channel === channel) {
      last.octets = last.octets.slice(0, last.octets.lastIndexOf('\n') + 1);
      if (last.octets === '') this.#entries.pop();
    }
    this.note(`fail ${violation}`);
  }

  get text(): string {
    return this.#entries
      .map((entry) => ('note' in entry ? `\n= ${entry.note}` : `\n${entry.channel}: ${entry.octets}`))
      .join('');
  }

  get notes(): string[] {
    return this.#entries.flatMap((entry) => ('note' in entry ? [entry.note] : []));
  }

  /** All octets of one channel. */
  all(channel: Channel): string {
    return this.#entries
      .map((entry) => ('channel' in entry && entry.channel === channel ? entry.octets : ''))
      .join('');
  }
}

/** Does for a gate what the relay does, with strings for sockets: keeps what is undecided, and moves what is decided. */
export class GateCaller {
  readonly journal = new Journal();
  /** The most octets of either side that were kept for want of a decision (`more`). */
  mostKept = { client: 0, server: 0 };
  readonly #gate: Gate;
  #fromClient: Buffer = Buffer.alloc(0);
  #fromServer: Buffer = Buffer.alloc(0);
  #held = false;
  #failed = false;
  #inserts: Buffer[] = [];
  #taken: string | undefined;
  #fetches = 0;

  constructor({ secure, ...options }: SessionOptions) {
    this.#gate = new Gate(options, secure);
  }

  client(octets: Buffer): void {
    this.#fromClient = Buffer.concat([this.#fromClient, octets]);
    this.#decideClient();
  }

  server(octets: Buffer): void {
    this.#fromServer = Buffer.concat([this.#fromServer, octets]);
    this.#decideServer();
  }

  /** A FETCH of our own goes upstream; the first has the tag P1. */
  fetch(kind: OwnFetchKind, set = '*'): void {
    this.#fetches++;
    this.#gate.beginOwnFetch({ tag: `P${this.#fetches}`, kind, set, uid: false });
  }

  /** A command was taken, or STARTTLS begun, and is not over. */
  get suspended(): boolean {
    return this.#taken !== undefined;
  }

  /** No command of the client is under way, but for IDLE. */
  get quiet(): boolean {
    return this.#gate.quiet && this.#fromClient.length === 0;
  }

  /** What waits of either side, to be decided or because the gate holds it. */
  get waiting(): { readonly client: Buffer; readonly server: Buffer } {
    return { client: this.#fromClient, server: this.#fromServer };
  }

  /** The command that was taken is over. */
  answer(answer: Answer): void {
    if (this.#taken === undefined) throw new Error('nothing was taken');
    this.#insert(taggedLine(this.#taken, answer));
    this.#taken = undefined;
    this.#gate.resume();
    this.#decideClient();
  }

  /** TLS is active on the client's connection now. */
  secure(): void {
    this.#taken = undefined;
    this.#gate.secured();
    this.#decideClient();
  }

  #decideClient(): void {
    const octets = this.#fromClient;
    let offset = 0;
    while (!this.#failed) {
      const step = this.#gate.client(octets, offset);
      this.#held = step.do === 'hold';
      switch (step.do) {
        case 'forward':
        case 'drop':
          if (step.do === 'forward') this.journal.octets('U', octets.subarray(offset, step.end));
          offset = advanced(offset, step.end, octets);
          continue;
        case 'answer':
          this.#insert(taggedLine(step.tag, step.answer));
          continue;
        case 'take':
          this.#taken = step.command.tag;
          this.journal.note(`take ${step.command.tag} ${step.command.name} ${step.command.set}`);
          continue;
        case 'starttls':
          this.#taken = step.tag;
          this.journal.note(`starttls ${step.tag}`);
          continue;
        case 'fail':
          this.#fail(step.violation, 'U');
          return;
        case 'more':
          this.mostKept.client = Math.max(this.mostKept.client, octets.length - offset);
      }
      this.#fromClient = octets.subarray(offset);
      return;
    }
  }

  #decideServer(): void {
    const octets = this.#fromServer;
    let offset = 0;
    while (!this.#failed) {
      if (this.#gate.atResponseBoundary) this.#writeInserts();
      const step = this.#gate.server(octets, offset);
      if (step.do === 'fail') {
        this.#fail(step.violation, 'P');
        return;
      }
      if (step.do === 'more') {
        this.mostKept.server = Math.max(this.mostKept.server, octets.length - offset);
        this.#fromServer = octets.subarray(offset);
        return;
      }
      if (step.do === 'forward') this.journal.octets('P', octets.subarray(offset, step.end));
      if (step.do === 'body') this.journal.octets('B', octets.subarray(offset, step.end));
      if (step.do === 'replace') this.journal.octets('P', step.bytes);
      offset = advanced(offset, step.end, octets);
      if (step.do !== 'body' && step.event !== undefined) this.#note(step.event);
      if (this.#held) this.#decideClient();
    }
  }

  #note(event: ServerEvent): void {
    const note = describe(event);
    if (note !== undefined) this.journal.note(note);
  }

  #insert(line: Buffer): void {
    this.#inserts.push(line);
    if (this.#gate.atResponseBoundary) this.#writeInserts();
  }

  #writeInserts(): void {
    for (const line of this.#inserts) this.journal.octets('P', line);
    this.#inserts = [];
  }

  #fail(violation: string, channel: Channel): void {
    this.#failed = true;
    this.journal.fail(violation, channel);
  }
}

function advanced(from: number, to: number, octets: Buffer): number {
  if (to <= from || to > octets.length) throw new Error(`from ${from} to ${to} of ${octets.length} octets`);
  return to;
}

function describe(event: ServerEvent): string | undefined {
  switch (event.kind) {
    case 'login':
      return `login ${who(event.login)} by ${event.method}`;
    case 'login-failed':
      return `login-failed ${who(event.login)} by ${event.method}: ${event.reply}`;
    case 'unauthenticated':
      return event.kind;
    case 'expunge':
      return `expunge ${event.sequence}`;
    case 'vanished':
      return `vanished ${event.uids}`;
    case 'body-start':
      return `body of ${event.sequence}, ${event.size} octets`;
    case 'fetched': {
      const { sequence, uid, size, inlineBody } = event.message;
      return `fetched ${sequence} uid ${uid} size ${size} inline ${inlineBody?.toString('latin1')}`;
    }
    case 'fetch-done':
      return `fetch-done ${event.status} ${event.text}`;
  }
}

function who(login: Login | undefined): string {
  if (login === undefined) return 'nobody';
  const { user, credentials } = login;
  if (credentials === undefined) return user;
  const secret = credentials.kind === 'password' ? credentials.password : credentials.token;
  return `${user} with ${credentials.user}/${secret.reveal()}`;
}
