import assert from 'node:assert/strict';
import { type Random, randomFrom } from '../../kill/random.js';
import { GateCaller } from '../../support/gate-caller.js';
import { hashOf } from '../cuts.js';
import { cyrus } from '../model/cyrus.js';
import { dovecot } from '../model/dovecot.js';
import { Wire } from '../model/wire.js';
import type { Target } from '../target.js';

const SERVERS = { dovecot, cyrus };
const OPTIONS = { secure: true, startTls: false, allowCleartextLogin: true, replayLogin: true };

/** A client's stream, cut somehow, through the gate to a server that reads as one of the two does. */
class Play {
  readonly #caller = new GateCaller(OPTIONS);
  readonly #wire = new Wire();
  /** What the server said and the gate has not seen yet. */
  #said = '';
  /** Who was logged in when the server last had the word. */
  #user: string | undefined;
  #forwarded = 0;
  #notes = 0;

  constructor(server: keyof typeof SERVERS, preauthenticated: boolean) {
    if (preauthenticated) this.#wire.user = 'anna';
    this.#wire.run(SERVERS[server](this.#wire));
    this.#wire.feed('');
    this.#caller.server(Buffer.from(preauthenticated ? '* PREAUTH hi\r\n' : '* OK hi\r\n'));
  }

  client(octets: Buffer): void {
    this.#caller.client(octets);
    this.#settle();
  }

  /** Whether the server had something to say. */
  server(random: Random): boolean {
    if (this.#said === '') return false;
    // What the gate held behind a login goes out, and is carried out, as soon as it sees the answer.
    this.#user = this.#wire.user;
    const end = random.chance(0.5) ? this.#said.length : 1 + random.below(this.#said.length);
    this.#caller.server(Buffer.from(this.#said.slice(0, end), 'latin1'));
    this.#said = this.#said.slice(end);
    this.#settle();
    return true;
  }

  #settle(): void {
    for (;;) {
      this.#pass();
      this.#judge();
      if (!this.#caller.suspended) return;
      this.#caller.answer({ status: 'OK', text: 'done' });
    }
  }

  #pass(): void {
    const forwarded = this.#caller.journal.all('U');
    // What passed of a line on which the session then ended is not in the journal.
    if (forwarded.length > this.#forwarded) this.#said += this.#wire.feed(forwarded.slice(this.#forwarded));
    this.#forwarded = Math.max(this.#forwarded, forwarded.length);
  }

  #judge(): void {
    const { notes } = this.#caller.journal;
    for (const note of notes.slice(this.#notes)) {
      if (note.startsWith('take ')) {
        assert.equal(this.#wire.unsure, false, `${note}, where nobody can say what the server reads`);
        assert.ok(this.#wire.idle || this.#wire.disputed, `${note}, where the server reads no command`);
      }
      const login = /^login (.*?)(?: with .*)? by /s.exec(note)?.[1];
      if (login !== undefined && login !== 'nobody') {
        assert.equal(login, this.#user, 'who logged in, for the gate and for the server');
      }
    }
    this.#notes = notes.length;
  }
}

/** Octets of a literal that a command of the server's own would be, and one that SEND would be. */
const CONTENT = ['x SEND 1\r\n', 'y LOGIN boss ok\r\n', 'a LOGIN boss ok\r\n', 'z APPEND d {9+}\r\n'];

export const sessions: Target = {
  name: 'sessions',
  seeds: [
    'a LOGIN anna ok\r\nb SEND 1\r\n',
    'a LOGIN {4}\r\nanna {2+}\r\nok\r\nc SEND 1:*\r\n',
    'a AUTHENTICATE PLAIN\r\nAGFubmEAb2s=\r\nb UID SEND $\r\n',
    'a AUTHENTICATE LOGIN\r\nYW5uYQ==\r\nb2s=\r\nb SEND 1\r\n',
    'a AUTHENTICATE PLAIN\r\n*\r\nc LOGIN anna wrong\r\nd LOGIN boss ok\r\n',
    'a APPEND Drafts {10}\r\nx SEND 1\r\n\r\nb SEND 2\r\n',
    'a APPEND none {10}\r\nx SEND 1\r\nb SEND 2\r\n',
    'a APPEND none {10+}\r\nx SEND 1\r\n (\\Seen) {2}\r\nhi\r\nb SEND 2\r\n',
    'a APPEND Drafts {0}\r\n\r\nb SEND 1\r\nc APPEND Drafts ~{3+}\r\n\0{}\r\n',
    'a IDLE\r\nDONE\r\nb IDLE\r\nx SEND 1\r\nc SEND 2\r\n',
    'a SEARCH SUBJECT {10+}\r\nx SEND 1\r\n FROM "{5}"\r\nb UNAUTHENTICATE\r\nc LOGIN boss ok\r\n',
    'a FOO {8+}\r\nb NOOP\r\n\r\nb UNAUTHENTICATE\r\nc LOGIN boss wrong\r\n',
    'a\r\n* b NOOP\r\n+ c {5}\r\nd SEND 1\r\n',
    // What it found once.
    'x {17+}\r\nz APPEND d {9+}\r\n\r\nb SEND 2\r\n',
    '+ {17}\r\nb LOGIN anna ok\r\n\r\nb LOGIN boss ok\r\n',
    'a+ AUTHENTICATE PLAIN\r\nx SEND 1\r\n',
    'b\r\nb IDLE\r\nx SEND\r1 {8+}\r\ny SEND 1\r\nc SEND 2\r\n',
    'a LOGIN {x {17+}\r\nb LOGIN anna ok\r\n\r\nb LOGIN boss ok\r\n',
    'n NOOP\r\nbad SEARCH ALL\r\nUID FETCH 1\r\nc SEND 1\nd SEND 2\n',
  ],
  dictionary: [
    ...['\r\n', '\n', '\r', ' ', '"', '(', ')', '\\', '{', '}', '+', '~', '*', '\0', '\xe4', 'a', 'b', 'n'],
    ...['a ', 'b ', 'c ', 'n ', '* ', '+ ', 'NOOP', 'IDLE\r\n', 'DONE\r\n', 'APPEND ', 'none ', 'Drafts '],
    ...['SEND 1\r\n', 'UID SEND 1:*\r\n', 'SEARCH ', 'FOO ', 'UNAUTHENTICATE\r\n', 'UID ', 'FETCH 1 '],
    ...[
      'LOGIN ',
      'anna ok\r\n',
      'boss wrong\r\n',
      'AUTHENTICATE PLAIN',
      ' AGFubmEAb2s=\r\n',
      'AGJvc3MAb2s=\r\n',
    ],
    ...[
      'AUTHENTICATE LOGIN\r\n',
      'YW5uYQ==\r\n',
      '{10}\r\n',
      '{10+}\r\n',
      ' {8+}\r\n',
      '~{3}\r\n',
      '{0}\r\n',
    ],
    ...CONTENT,
    ...CONTENT.map((content) => `{${content.length}}\r\n${content}`),
    ...CONTENT.map((content) => ` {${content.length}+}\r\n${content}`),
  ],
  maxLength: 1024,
  check(input) {
    const random = randomFrom(hashOf(input));
    for (const server of ['dovecot', 'cyrus'] as const) {
      for (const preauthenticated of [false, true]) {
        const play = new Play(server, preauthenticated);
        const longest = random.pick([
          [1, 4],
          [2, 40],
          [2, 1024],
        ]);
        // How eager the server is: a client that does not wait for it has sent all before it says a word.
        const eager = random.pick([
          [1, 0],
          [2, 0.5],
          [2, 1],
        ]);
        for (let from = 0; from < input.length; ) {
          const to = from + 1 + random.below(longest);
          play.client(input.subarray(from, to));
          from = to;
          while (random.chance(eager) && play.server(random));
        }
        while (play.server(random));
      }
    }
  },
};
