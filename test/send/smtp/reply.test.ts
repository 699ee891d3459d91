import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isClosing, isNegative, isPositive, parseReply, REPLY_LIMIT } from '../../../src/send/smtp/reply.js';

describe('a reply becomes one line', () => {
  const table: ReadonlyArray<readonly [name: string, raw: string, line: string]> = [
    ['one line', '250 OK', '250 OK'],
    ['a code alone', '250', '250'],
    ['a code and a blank', '250 ', '250'],
    ['an enhanced code alone', '250 2.0.0', '250 2.0.0'],
    ['no enhanced code', '550-No such user\n550 Ask the postmaster', '550 No such user Ask the postmaster'],
    ['the enhanced code on each line, once', '550-5.1.1 No such\n550 5.1.1 user', '550 5.1.1 No such user'],
    ['on the first line only', '550-5.1.1 No such\n550 user', '550 5.1.1 No such user'],
    ['on the last line only', '550-No such user\n550 5.1.1 Sorry', '550 No such user 5.1.1 Sorry'],
    ['two different ones', '550-5.1.1 Unknown\n550 5.7.1 Denied', '550 5.1.1 Unknown 5.7.1 Denied'],
    [
      'one that only begins alike',
      '550-5.1.1 Unknown\n550 5.1.10 Null MX',
      '550 5.1.1 Unknown 5.1.10 Null MX',
    ],
    ['a status of another class', '550 4.1.1 Odd', '550 4.1.1 Odd'],
    ['digits that are no status', '550 5.1.1000 Odd', '550 5.1.1000 Odd'],
    ['empty lines', '250-\n250-\n250 Fine', '250 Fine'],
    ['nothing but codes', '250-\n250', '250'],
    ['blanks around the texts', '250-  a \n250   b', '250 a b'],
    ['blanks within the text', '250 a  b', '250 a  b'],
    ['quotes and backslashes', '550 "a\\b"', '550 "a\\b"'],
    ['UTF-8', '550 Nicht verfügbar ✗', '550 Nicht verfügbar ✗'],
    ['octets that are not UTF-8', '550 verf\u00fcgbar\u0093', '550 verf\u00fcgbar\u0093'],
    ['a bare CR within the text', '550 a\rb', '550 a\rb'],
  ];
  for (const [name, raw, line] of table) {
    it(name, () => assert.equal(parseReply(raw)?.line, line));
  }

  it('cut at the limit, and not before', () => {
    const fits = `250 ${'x'.repeat(REPLY_LIMIT - 4)}`;
    assert.equal(parseReply(fits)?.line, fits);
    assert.equal(parseReply(`${fits}y`)?.line, fits);
    assert.equal(parseReply(Array(500).fill('250-word word').join('\n'))?.line.length, REPLY_LIMIT);
  });
});

describe('what is no reply', () => {
  const table = {
    empty: '',
    'no code': 'OK',
    'a code below 200': '150 Wait',
    'a code above 599': '650 What',
    'a code of two digits': '25 OK',
    'a code of four digits': '2500 OK',
    'a text stuck to the code': '250OK',
    'a blank before the code': ' 250 OK',
    'lines with different codes': '250-Fine\n550 Or not',
    'a line without code': '250-Fine\nhello\n250 Fine',
  };
  for (const [name, raw] of Object.entries(table)) {
    it(name, () => assert.equal(parseReply(raw), undefined));
  }
});

it('the first digit tells success from refusal', () => {
  const verdicts = ['250 a', '354 a', '421 a', '450 a', '550 a'].map((raw) => {
    const reply = parseReply(raw)!;
    return [reply.code, isPositive(reply), isNegative(reply), isClosing(reply)];
  });
  assert.deepEqual(verdicts, [
    [250, true, false, false],
    [354, false, false, false],
    [421, false, true, true],
    [450, false, true, false],
    [550, false, true, false],
  ]);
});
