import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ImapResponse } from 'imapflow';
import { parser } from 'imapflow/lib/handler/imap-handler.js';
import {
  readInProgress,
  readReply,
  readSendLine,
  readStatus,
  type SendProgress,
  type SendResult,
  type Status,
} from '../../src/client/send-response.js';

const parse = (line: string, ...literals: string[]): Promise<ImapResponse> =>
  parser(Buffer.from(line), { literals: literals.map((literal) => Buffer.from(literal)) });

const no = (command: string, parameter: string, reply: object, outcome: 'NO' | 'UNKNOWN' = 'NO') =>
  ({ seq: 2, uid: 3002, outcome, command, parameter, reply }) as SendResult;

const lines: readonly [what: string, line: string, literals: string[], result: SendResult | undefined][] = [
  ['accepted', '* 1 SEND (3001 OK NIL)', [], { seq: 1, uid: 3001, outcome: 'OK' }],
  ['in any case', '* 1 send (3001 ok nil)', [], { seq: 1, uid: 3001, outcome: 'OK' }],
  [
    'refused',
    '* 2 SEND (3002 NO ("RCPT TO" "john@example.org" "550 User not found"))',
    [],
    no('RCPT TO', 'john@example.org', { code: 550, text: 'User not found' }),
  ],
  [
    'an enhanced code, and quotation marks',
    '* 2 SEND (3002 NO ("RCPT TO" "\\"a b\\"@example.org" "550 5.1.1 No \\"a\\\\b\\""))',
    [],
    no('RCPT TO', '"a b"@example.org', { code: 550, enhancedCode: '5.1.1', text: 'No "a\\b"' }),
  ],
  [
    'literals with UTF-8',
    '* 2 SEND (3002 NO ("RCPT TO" {17}\r\n {15}\r\n))',
    ['jürgen@example.org', '550 Empfänger?'],
    no('RCPT TO', 'jürgen@example.org', { code: 550, text: 'Empfänger?' }),
  ],
  [
    'quoted UTF-8, as with UTF8=ACCEPT',
    '* 2 SEND (3002 NO ("RCPT TO" "jürgen@example.org" "550 Empfänger"))',
    [],
    no('RCPT TO', 'jürgen@example.org', { code: 550, text: 'Empfänger' }),
  ],
  ['nothing but a code', '* 2 SEND (3002 NO ("DATA" "" "452"))', [], no('DATA', '', { code: 452, text: '' })],
  [
    'a reply that has no code',
    '* 2 SEND (3002 NO ("DATA" "" "not today"))',
    [],
    no('DATA', '', { text: 'not today' }),
  ],
  [
    'unknown',
    '* 2 SEND (3002 NO ("DATA" "" "451 4.4.2 the outcome is unknown: its record cannot be read"))',
    [],
    no(
      'DATA',
      '',
      { code: 451, enhancedCode: '4.4.2', text: 'the outcome is unknown: its record cannot be read' },
      'UNKNOWN',
    ),
  ],
  [
    'a recipient who is called unknown',
    '* 2 SEND (3002 NO ("RCPT TO" "a@example.org" "451 4.4.2 outcome unknown"))',
    [],
    no('RCPT TO', 'a@example.org', { code: 451, enhancedCode: '4.4.2', text: 'outcome unknown' }),
  ],
  ['another response', '* 1 FETCH (UID 3001)', [], undefined],
  ['no UID', '* 1 SEND (0 OK NIL)', [], undefined],
  ['no list', '* 1 SEND 3001', [], undefined],
  ['too little', '* 1 SEND (3001 NO ("DATA" "452 no"))', [], undefined],
  ['a third outcome', '* 1 SEND (3001 MAYBE NIL)', [], undefined],
];

describe('a SEND line', () => {
  for (const [what, line, literals, result] of lines) {
    test(what, async () => assert.deepEqual(readSendLine(await parse(line, ...literals)), result));
  }
});

const replies: readonly [words: string, reply: object][] = [
  ['250', { code: 250, text: '' }],
  ['550 5.1.1', { code: 550, enhancedCode: '5.1.1', text: '' }],
  ['550 5.1.1.1 no', { code: 550, text: '5.1.1.1 no' }],
  ['5500 no', { text: '5500 no' }],
  ['', { text: '' }],
];

describe('a reply', () => {
  for (const [words, reply] of replies) test(`"${words}"`, () => assert.deepEqual(readReply(words), reply));
});

const progress: readonly [line: string, progress: SendProgress | undefined][] = [
  ['* OK [INPROGRESS ("A003" 1 3)] sending', { done: 1, total: 3 }],
  ['* OK [inprogress ("A003" 1 NIL)] sending', { done: 1 }],
  ['* OK [INPROGRESS ("A003" NIL NIL)] looking up the messages', { done: 0 }],
  ['* OK [INPROGRESS] working', { done: 0 }],
  ['* OK still here', undefined],
  ['* OK [ALERT] the disk is full', undefined],
];

describe('a sign of life', () => {
  for (const [line, expected] of progress) {
    test(line, async () => assert.deepEqual(readInProgress(await parse(line)), expected));
  }
});

const statuses: readonly [line: string, status: Status][] = [
  ['a OK SEND completed', { status: 'OK', text: 'SEND completed' }],
  ['a NO [limit] too many {5}', { status: 'NO', code: 'LIMIT', text: 'too many {5}' }],
  ['a BAD SEND expects one sequence set', { status: 'BAD', text: 'SEND expects one sequence set' }],
];

describe('a tagged answer', () => {
  for (const [line, status] of statuses) {
    test(line, async () => assert.deepEqual(readStatus(await parse(line)), status));
  }
});
