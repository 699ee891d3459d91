import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { announcesAstring, readAstrings } from '../../src/imap/astring.js';

const read = (octets: string, count = 2): string[] | undefined =>
  readAstrings(Buffer.from(octets, 'latin1'), count)?.map((value) => value.toString('latin1'));

const pairs: readonly (readonly [octets: string, values: readonly [string, string]])[] = [
  [' anna secret\r\n', ['anna', 'secret']],
  [' anna secret\n', ['anna', 'secret']],
  ['  anna   secret  \r\n', ['anna', 'secret']],
  [' "an na" ""\r\n', ['an na', '']],
  [' "a\\"b" "c\\\\d"\r\n', ['a"b', 'c\\d']],
  [' {4}\r\nanna {6+}\r\nsecret\r\n', ['anna', 'secret']],
  [' {0}\r\n {3}\r\n\r\nx\r\n', ['', '\r\nx']],
  [' {2}\r\n"{ x\r\n', ['"{', 'x']],
  [' a\xe4%*{5} ]\r\n', ['a\xe4%*{5}', ']']],
];

const unreadable: readonly string[] = [
  '',
  '\r\n',
  ' anna\r\n',
  ' anna \r\n',
  'anna secret\r\n',
  ' anna secret more\r\n',
  ' anna secret',
  ' anna "secret\r\n',
  ' anna "secret"x\r\n',
  ' "anna""secret"\r\n',
  ' anna (secret)\r\n',
  ' an"na" secret\r\n',
  ' anna {8}\r\nsecre\r\n',
  ' anna {6}\r\nsecretx\r\n',
  ' anna ~{6}\r\nsecret\r\n',
  ' anna {}\r\n\r\n',
  ' {x {4}\r\nanna secret\r\n',
  ' anna secret\r\nb\r\n',
  ' anna sec\x7fret\r\n',
];

suite('the arguments of a complete command', () => {
  for (const [octets, values] of pairs) {
    test(JSON.stringify(octets), () => assert.deepEqual(read(octets), values));
  }
  for (const octets of unreadable) {
    test(`${JSON.stringify(octets)} cannot be read`, () => assert.equal(read(octets), undefined));
  }
});

const announced: readonly string[] = [
  ' {5+}\r\n',
  ' anna {5+}\r\n',
  ' "an \\"na\\\\" {5+}\r\n',
  ' {4+}\r\nanna {5+}\r\n',
  ' {3+}\r\n\r\n\xe4 {5+}\r\n',
  ' an]na {5+}\r\n',
];

const notAnnounced: readonly string[] = [
  '',
  '{5+}\r\n',
  '  {5+}\r\n',
  ' anna  {5+}\r\n',
  ' anna secret {5+}\r\n',
  ' {1+}\r\na {1+}\r\nb {5+}\r\n',
  ' an"na {5+}\r\n',
  ' "anna {5+}\r\n',
  ' "an\\na" {5+}\r\n',
  ' "\xe4" {5+}\r\n',
  ' \xe4 {5+}\r\n',
  ' a%b {5+}\r\n',
  ' a{5+}\r\n',
  ' {1+}\r\n\0 {5+}\r\n',
  ' {9+}\r\na {5+}\r\n',
  ' {x {5+}\r\n',
  ' {1+}\na {5+}\r\n',
  ' {({5+}\r\n',
];

suite('a literal as an argument that every server reads alike', () => {
  for (const octets of announced) {
    test(JSON.stringify(octets), () =>
      assert.equal(announcesAstring(Buffer.from(octets, 'latin1'), 2), true),
    );
  }
  for (const octets of notAnnounced) {
    test(`not in ${JSON.stringify(octets)}`, () => {
      assert.equal(announcesAstring(Buffer.from(octets, 'latin1'), 2), false);
    });
  }
});
