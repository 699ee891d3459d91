import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isTag, readCommandHead, readMechanism } from '../../src/imap/command.js';
import { MAX_COMMAND_HEAD } from '../../src/imap/limits.js';

/** `tag|NAME|octets up to the end of the name`, `untagged word`, or `more`. */
function read(line: string, offset = 0): string {
  const head = readCommandHead(Buffer.from(line, 'latin1'), offset);
  switch (head.kind) {
    case 'more':
      return 'more';
    case 'untagged':
      return `untagged ${head.word}`;
    case 'command':
      return `${head.tag}|${head.name}|${head.end}`;
  }
}

const heads: readonly (readonly [line: string, head: string])[] = [
  ['a NOOP\r\n', 'a|NOOP|6'],
  ['a noop\n', 'a|NOOP|6'],
  ['A.1-x]/ sElEcT INBOX\r\n', 'A.1-x]/|SELECT|14'],
  ['a IDLE\t', 'a|IDLE|6'],
  ['a IDLE(', 'a|IDLE|6'],
  ['a IDLE\rx', 'a|IDLE|6'],
  ['a UID SEND 1', 'a|UID SEND|10'],
  ['a uid\r\n', 'a|UID|5'],
  ['a UID\tSEND ', 'a|UID|5'],
  ['a UID  SEND ', 'a|UID |6'],
  ['a UIDX SEND ', 'a|UIDX|6'],
  ['a  NOOP ', 'a||2'],
  ['a \r\n', 'a||2'],
  ['a\r\n', 'untagged a'],
  ['a\n', 'untagged a'],
  ['\r\n', 'untagged '],
  [' a NOOP\r\n', 'untagged '],
  ['a\tNOOP \r\n', 'untagged a\tNOOP'],
  ['(a NOOP \r\n', 'untagged (a'],
  ['a+ NOOP\r\n', 'untagged a+'],
  ['* NOOP\r\n', 'untagged *'],
  ['a\rNOOP\r\n', 'untagged a'],
  ['\xe4 NOOP\r\n', 'untagged \xe4'],
  ['{5+}\r\n', 'untagged {5+}'],
];

suite('the head of a command', () => {
  for (const [line, head] of heads) {
    test(`${JSON.stringify(line)} is ${head}, and undecided or the same when it is cut`, () => {
      assert.equal(read(line), head);
      for (let cut = 0; cut < line.length; cut++) {
        assert.ok(['more', head].includes(read(line.slice(0, cut))), `cut at ${cut}`);
      }
    });
  }

  test('it is read from where the line begins', () => {
    assert.equal(read('x\r\nab SEND 1\r\n', 3), 'ab|SEND|10');
  });

  test('a head that is not over in time is none: at the limit, and one over', () => {
    const tag = 't'.repeat(MAX_COMMAND_HEAD - 6);
    assert.equal(read(`${tag} NOOP `), `${tag}|NOOP|${MAX_COMMAND_HEAD - 1}`);
    assert.equal(read(`${tag} NOOPS `), `untagged ${tag}`);
    assert.equal(read(`${tag} NOOP`), 'more');
    assert.equal(read('t'.repeat(MAX_COMMAND_HEAD)), 'untagged ');
  });

  test('a tag may hold what RFC 9051 §9 says, and nothing else', () => {
    const allowed = [...Array(256).keys()].map((code) => String.fromCharCode(code)).filter(isTag);
    assert.equal(
      allowed.join(''),
      "!#$&',-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz|}~",
    );
  });
});

const mechanisms: readonly (readonly [args: string, name: string, end: number])[] = [
  [' PLAIN\r\n', 'PLAIN', 6],
  [' plain AGEAYg==\r\n', 'PLAIN', 6],
  ['  PLAIN\n', 'PLAIN', 7],
  ['\r\n', '', 0],
  [' \r\n', '', 1],
  [' "PLAIN"\r\n', '"PLAIN"', 8],
  ['\tPLAIN\r\n', '\tPLAIN', 6],
  [' {5}\r\n', '{5}', 4],
];

suite('the mechanism of AUTHENTICATE', () => {
  for (const [args, name, end] of mechanisms) {
    test(`${JSON.stringify(args)} names '${name}', and nothing before that is over`, () => {
      assert.deepEqual(readMechanism(Buffer.from(args), 0), { name, end });
      for (let cut = 0; cut <= end; cut++) {
        assert.equal(readMechanism(Buffer.from(args.slice(0, cut)), 0), undefined, `cut at ${cut}`);
      }
    });
  }

  test('what does not end is named as it stands', () => {
    const endless = ' '.repeat(64);
    assert.deepEqual(readMechanism(Buffer.from(endless), 0), { name: endless, end: 0 });
    assert.equal(readMechanism(Buffer.from(endless.slice(1)), 0), undefined);
  });
});
