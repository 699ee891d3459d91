import { answerTo, loggedIn, octets, type Script, selected } from '../script.js';

const ended = (tag: string): RegExp => new RegExp(`${answerTo(tag).source}|^\\* BYE[^\\n]*\\n`, 'm');
/** 1,1,1, … */
const set = (octetCount: number): string => `${'1,'.repeat(Math.floor(octetCount / 2))}1`;
const quoted = (octetCount: number): string => `"${'q'.repeat(octetCount)} {5}"`;

export const long: readonly Script[] = [
  ...[1_000, 8_000, 8_190, 8_200, 60_000].map((size) =>
    selected(`a command of ${size} octets`, [
      octets(`a FETCH ${set(size)} UID\r\n`, ended('a')),
      octets(`b SEARCH SUBJECT ${quoted(size)}\r\n`, ended('b')),
      'c NOOP',
    ]),
  ),
  ...[65_530, 70_000, 140_000].map((size) =>
    loggedIn(`a line of ${size} octets, which is over the limit of one server or both`, [
      octets(`a STATUS ${quoted(size)} (MESSAGES)\r\n`, ended('a')),
      'b NOOP',
    ]),
  ),
  loggedIn('a command name of 5,000 octets', [octets(`a ${'X'.repeat(5_000)}\r\nb NOOP\r\n`, answerTo('b'))]),
  selected('a FETCH of 500 items, and a STORE of 200 keywords', [
    `a FETCH 1 (${'FLAGS '.repeat(499)}UID)`,
    `b STORE 1 +FLAGS (${Array.from({ length: 200 }, (_, at) => `k${at}`).join(' ')})`,
    'c FETCH 1 FLAGS',
  ]),
];
