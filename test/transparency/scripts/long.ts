import { answerTo, loggedIn, octets, type Script, selected } from '../script.js';

const ended = (tag: string): RegExp => new RegExp(`${answerTo(tag).source}|^\\* BYE[^\\n]*\\n`, 'm');
/** 1,1,1, … */
const set = (octetCount: number): string => `${'1,'.repeat(Math.floor(octetCount / 2))}1`;
/** What Cyrus takes of a word, a quoted string or a literal. */
const CYRUS_LIMIT = 128 * 1024;
const quoted = (octetCount: number): string => `"${'q'.repeat(octetCount)} {5}"`;

const status = (size: number): Script =>
  loggedIn(`a line of about ${size} octets`, [
    octets(`a STATUS ${quoted(size)} (MESSAGES)\r\n`, ended('a')),
    'b NOOP',
  ]);

export const long: readonly Script[] = [
  ...[1_000, 8_000, 8_190, 8_200, 60_000].map((size) =>
    selected(`a command of ${size} octets`, [
      octets(`a FETCH ${set(size)} UID\r\n`, ended('a')),
      octets(`b SEARCH SUBJECT ${quoted(size)}\r\n`, ended('b')),
      'c NOOP',
    ]),
  ),
  ...[65_530, 70_000, 130_000].map(status),
  loggedIn('a command name of 5,000 octets', [octets(`a ${'X'.repeat(5_000)}\r\nb NOOP\r\n`, answerTo('b'))]),
  selected('a FETCH of 500 items, and a STORE of 200 keywords', [
    `a FETCH 1 (${'FLAGS '.repeat(499)}UID)`,
    `b STORE 1 +FLAGS (${Array.from({ length: 200 }, (_, at) => `k${at}`).join(' ')})`,
    'c FETCH 1 FLAGS',
  ]),
];

/** Dovecot refuses it, and goes on. */
export const longForDovecot: readonly Script[] = [status(140_000)];

/**
 * Cyrus says BYE at the octet that is too much. What comes behind it would never be read, and so the connection be reset,
 * which may overtake the BYE: nothing comes.
 */
export const longForCyrus: readonly Script[] = [
  loggedIn('a quoted string that is one octet too long', [
    octets(`a STATUS "${'q'.repeat(CYRUS_LIMIT + 1)}`, /^\* BYE[^\n]*\n/m),
  ]),
];
