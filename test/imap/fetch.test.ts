import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type FetchItems, fetchLine, inlineString, readFetchItems } from '../../src/imap/fetch.js';

/** The items behind the opening parenthesis, `name=value`, and how the line ends. */
function read(text: string, announcesLiteral = false): string {
  const { items, ends }: FetchItems = readFetchItems(Buffer.from(text, 'latin1'), 0, announcesLiteral);
  return [...items.map(({ name, value }) => `${name}=${value}`), ends].join(' | ');
}

const closed: readonly (readonly [text: string, items: string])[] = [
  ['UID 7)\r\n', 'UID=7 | closed'],
  ['uid 7 rfc822.size 100)\n', 'UID=7 | RFC822.SIZE=100 | closed'],
  [')\r\n', 'closed'],
  ['  )\r\n', 'closed'],
  ['UID 7 )\r\n', 'UID=7 | closed'],
  ['FLAGS () MODSEQ (12))\r\n', 'FLAGS=() | MODSEQ=(12) | closed'],
  ['FLAGS (\\Seen "a)b" (c))  UID 7)\r\n', 'FLAGS=(\\Seen "a)b" (c)) | UID=7 | closed'],
  ['BODY[] "a \\"b\\" )" UID 7)\r\n', 'BODY[]="a \\"b\\" )" | UID=7 | closed'],
  ['BODY[HEADER.FIELDS (TO CC)]<0> NIL)\r\n', 'BODY[HEADER.FIELDS (TO CC)]<0>=NIL | closed'],
  ['BODY[] "x {5}")\r\n', 'BODY[]="x {5}" | closed'],
];

const broken: readonly (readonly [text: string, items: string])[] = [
  ['UID 7\r\n', 'UID=7 | broken'],
  ['UID 7) x\r\n', 'UID=7 | broken'],
  ['UID 7))\r\n', 'UID=7 | broken'],
  ['UID)\r\n', 'broken'],
  ['UID\r\n', 'broken'],
  ['UID  7)\r\n', 'UID=undefined | broken'],
  ['UID )\r\n', 'UID=undefined | broken'],
  ['FLAGS (\\Seen\r\n', 'FLAGS=undefined | broken'],
  ['FLAGS ("a)\r\n', 'FLAGS=undefined | broken'],
  ['BODY[] "x\\")\r\n', 'BODY[]=undefined | broken'],
  ['BODY[ NIL)\r\n', 'broken'],
  ['\r\n', 'broken'],
];

suite('the items of a FETCH response', () => {
  for (const [text, items] of closed) test(JSON.stringify(text), () => assert.equal(read(text), items));
  for (const [text, items] of broken) {
    test(`${JSON.stringify(text)} is broken`, () => assert.equal(read(text), items));
  }
  test('the last one may be a literal', () => {
    assert.equal(read('UID 7 BODY[] {5}\r\n', true), 'UID=7 | BODY[]=undefined | literal');
    assert.equal(read('BODY[] ~{5}\r\n', true), 'BODY[]=undefined | literal');
  });
  test('a literal inside a list is not read', () => {
    assert.equal(read('X (a {5}\r\n', true), 'X=undefined | broken');
  });
});

test('a string that is written on the line', () => {
  assert.equal(inlineString('NIL'), undefined);
  assert.equal(inlineString('nil'), undefined);
  assert.equal(inlineString('""')?.length, 0);
  assert.equal(inlineString('"a \\"b\\" \\\\ \xff"')?.toString('latin1'), 'a "b" \\ \xff');
});

test('items for the client, as a response of their own', () => {
  const items = [
    { name: 'FLAGS', value: '(\\Seen)' },
    { name: 'X', value: '"\xe4"' },
  ];
  assert.equal(fetchLine(3, items).toString('latin1'), '* 3 FETCH (FLAGS (\\Seen) X "\xe4")\r\n');
});
