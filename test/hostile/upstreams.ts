import type { Socket } from 'node:net';
import type { Behaviour } from './setting.js';

/** How an upstream on a connection of its own abuses the proxy. None of them reads what it does not need. */
export const GREETING = '* OK [CAPABILITY IMAP4rev1] ready\r\n';

/** Sends the same without end, as fast as it is taken; or `times`, and then `last`. */
export function pour(socket: Socket, octets: string, times = Number.POSITIVE_INFINITY, last = ''): void {
  const chunk = Buffer.from(octets);
  let left = times;
  const go = (): void => {
    while (left > 0 && socket.writable) {
      left--;
      if (left === 0) socket.end(last);
      else if (!socket.write(chunk)) return;
    }
  };
  socket.on('drain', go).resume();
  go();
}

/** Says `opening`, then what `answers` has for the first line that matches. */
export const scripted =
  (
    opening: string,
    ...answers: readonly (readonly [asked: RegExp, answer: string | Behaviour])[]
  ): Behaviour =>
  (socket) => {
    let received = '';
    let next = 0;
    socket.write(opening, 'latin1');
    socket.on('end', () => socket.end());
    socket.on('data', (octets) => {
      received += octets.toString('latin1');
      for (let step = answers[next]; step !== undefined; step = answers[next]) {
        const found = step[0].exec(received);
        if (found === null) return;
        received = received.slice(found.index + found[0].length);
        next++;
        // `<tag>` is what the expression caught.
        if (typeof step[1] === 'string') socket.write(step[1].replaceAll('<tag>', found[1] ?? ''), 'latin1');
        else step[1](socket);
      }
    });
  };

const LOGIN = [/^(\w+) LOGIN .*\r\n/m, '<tag> OK in\r\n'] as const;
const LISTING = [
  /(P\w+) FETCH 1 \(UID RFC822\.SIZE\)\r\n/,
  '* 1 FETCH (UID 11 RFC822.SIZE 20)\r\n<tag> OK\r\n',
] as const;
const OWN_FETCH = /(P\w+) FETCH 1 \(UID BODY\.PEEK\[\]\)\r\n/;

const hangUp: Behaviour = (socket) => void socket.resume().end();
const slowly =
  (octets: string): Behaviour =>
  (socket) => {
    socket.setNoDelay(true);
    let at = 0;
    const next = (): void => {
      if (at === octets.length || !socket.writable) socket.end();
      else socket.write(octets[at++] as string, () => setImmediate(next));
    };
    next();
    socket.resume();
  };

/** After a login, and a SEND whose message is announced. */
const answersBody = (answer: string): Behaviour => scripted(GREETING, LOGIN, LISTING, [OWN_FETCH, answer]);

export const BEHAVIOURS = {
  'an endless line': (socket) => pour(socket, 'x'.repeat(65_536)),
  'an endless greeting': (socket) => {
    socket.write('* OK ');
    pour(socket, 'x'.repeat(65_536));
  },
  'an endless capability list': (socket) => {
    socket.write('* OK [CAPABILITY IMAP4rev1');
    pour(socket, ' X-NOTHING'.repeat(6_000));
  },
  'a hundred thousand empty literals': (socket) => {
    socket.write('* PREAUTH\r\n');
    pour(socket, '* 1 FETCH (BODY[] {0}\r\n)\r\n'.repeat(1_000), 101, '* BYE\r\n');
  },
  'two million small lines': (socket) => {
    socket.write('* PREAUTH\r\n');
    pour(socket, '* 1 EXISTS\r\n'.repeat(10_000), 201, '* BYE\r\n');
  },
  'no greeting': hangUp,
  'a reset for a greeting': (socket) => void socket.resetAndDestroy(),
  'BYE for a greeting': (socket) => void socket.resume().end('* BYE overloaded\r\n'),
  'BYE amid a login': scripted(GREETING, [/LOGIN/, (socket) => void socket.end('* BYE so soon\r\n')]),
  'BYE amid a literal': scripted('* PREAUTH\r\n', [
    /LOGIN/,
    (socket) => void socket.end('* 1 FETCH (BODY[] {100}\r\nhalf\r\n* BYE\r\n'),
  ]),
  'BYE amid a listing of ours': scripted(GREETING, LOGIN, [
    /P\w+ FETCH/,
    (socket) => void socket.end('* BYE not now\r\n'),
  ]),
  'BYE in the middle of a body': scripted(GREETING, LOGIN, LISTING, [
    OWN_FETCH,
    (socket) => void socket.end('* 1 FETCH (UID 11 BODY[] {20}\r\nFrom: a\r\n* BYE\r\n'),
  ]),
  'an answer to a command that nobody sent': scripted(`${GREETING}zz OK done\r\n`),
  'the answer to a tag of ours before we ask': scripted(`${GREETING}P0123456789abcdef OK done\r\n`),
  'the answer to another tag of ours': scripted(GREETING, LOGIN, [
    /P\w+ FETCH/,
    '* 1 FETCH (UID 11 RFC822.SIZE 20)\r\nP0123456789abcdef OK done\r\n',
  ]),
  'a + that nobody asked for': scripted(`${GREETING}+ go on\r\n`),
  'a literal of 20 digits': scripted('* PREAUTH\r\n* 1 FETCH (BODY[] {99999999999999999999}\r\n'),
  'a literal with no number': scripted('* PREAUTH\r\n* 1 FETCH (BODY[] {+}\r\n'),
  'a literal only clients may send': scripted('* PREAUTH\r\n* 1 FETCH (BODY[] {5+}\r\nhello)\r\n'),
  'a body that is longer than announced': answersBody(
    '* 1 FETCH (UID 11 BODY[] {20}\r\nFrom: a@example.org\r\nand more)\r\n<tag> OK\r\n',
  ),
  'a body that is shorter than announced': scripted(GREETING, LOGIN, LISTING, [
    OWN_FETCH,
    (socket) => void socket.end('* 1 FETCH (UID 11 BODY[] {200}\r\nFrom: a)\r\n'),
  ]),
  'a body of 20 digits': answersBody('* 1 FETCH (UID 11 BODY[] {99999999999999999999}\r\n'),
  'the body of another message': answersBody(
    '* 7 FETCH (UID 11 BODY[] {20}\r\nFrom: a@example.org\r\n)\r\n<tag> OK\r\n',
  ),
  'no body': answersBody('<tag> OK done\r\n'),
  'a listing of a million lines': scripted(GREETING, LOGIN, [
    /P\w+ FETCH/,
    (socket) => pour(socket, '* 1 FETCH (UID 11 RFC822.SIZE 20)\r\n'.repeat(1_000), 1_001, '* BYE\r\n'),
  ]),
  'a listing without end': scripted(GREETING, LOGIN, [
    /P\w+ FETCH/,
    (socket) => pour(socket, '* 1 FETCH (UID 11 RFC822.SIZE 20)\r\n'.repeat(1_000)),
  ]),
  'a body without end': scripted(GREETING, LOGIN, LISTING, [
    OWN_FETCH,
    (socket) => {
      socket.write('* 1 FETCH (UID 11 BODY[] {9007199254740991}\r\n');
      pour(socket, 'x'.repeat(65_536));
    },
  ]),
  'half a body, and then silence': answersBody('* 1 FETCH (UID 11 BODY[] {20}\r\nFrom: a'),
  'one octet at a time': slowly(`${GREETING}* 1 EXISTS\r\n* BYE done\r\n`),
} as const satisfies Readonly<Record<string, Behaviour>>;

export type BehaviourName = keyof typeof BEHAVIOURS;
