import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { draftGrammar, examples, imapWithSend } from './document.js';
import { type SendResponse, sendResponses, valueRules } from './send-responses.js';

const grammar = imapWithSend();
const responses: readonly SendResponse[] = examples().flatMap(({ server }) => sendResponses(server));

test('the grammar has every rule that it needs, and needs every rule that the document defines', () => {
  assert.deepEqual(grammar.undefinedRules(), []);
  const values = ['send-command-value', 'send-parameter-value', 'send-reply-value'];
  const reached = grammar.reachable('client-stream', 'server-stream', ...values);
  const defined = [...draftGrammar().matchAll(/^([\w-]+) +=/gm)].map(([, name = '']) => name);
  assert.ok(defined.length > 10, `${defined.length} rules found`);
  const unused = defined.filter((name) => !reached.has(name));
  assert.deepEqual(unused, []);
});

describe('the example', () => {
  for (const { name, client, server } of examples()) {
    test(`${name} is what the grammar allows`, () => {
      for (const [rule, octets] of [
        ['client-stream', client],
        ['server-stream', server],
      ] as const) {
        const at = grammar.mismatch(rule, octets);
        assert.equal(at, undefined, `${octets.slice(0, at)}<-- so far`);
      }
    });

    test(`${name} has one tagged response for each command, in their order`, () => {
      const tags = (octets: string, pattern: RegExp) => [...octets.matchAll(pattern)].map(([, tag]) => tag);
      const commands = tags(client, /^([A-Za-z]\d+) [A-Z]/gm);
      assert.ok(commands.length > 0);
      assert.deepEqual(tags(server, /^([A-Za-z]\d+) (?:OK|NO|BAD) /gm), commands);
    });
  }

  test('with a refusal has strings that mean what they must', () => {
    const values = responses.flatMap(valueRules);
    assert.ok(values.length > 15, `${values.length} strings found`);
    for (const [rule, value] of values) assert.ok(grammar.matches(rule, value), `${rule}: ${value}`);
  });
});

/** Each makes of some SEND responses what the grammar must not allow. */
const spoiled: readonly (readonly [what: string, pattern: RegExp, replacement: string])[] = [
  ['message 0', /^\* \d+/, '* 0'],
  ['message *', /^\* \d+/, '* *'],
  ['UID 0', /\(\d+ /, '(0 '],
  ['no UID', / SEND \(\d+ /, ' SEND ('],
  ['no NIL', /OK NIL/, 'OK'],
  ['a string for NIL', /OK NIL/, 'OK "NIL"'],
  ['strings behind OK', /OK NIL/, 'OK ("DATA" "" "250 fine")'],
  ['NIL behind NO', /NO \(.*\)\)/s, 'NO NIL)'],
  ['another result', /OK NIL/, 'BAD NIL'],
  ['two results', /OK NIL/, 'OK NIL OK NIL'],
  ['two blanks', /SEND \(/, 'SEND  ('],
  ['an atom for a string', /"DATA"/, 'DATA'],
  ['NIL for a string', /""/, 'NIL'],
  ['two strings', /"DATA" /, ''],
  ['four strings', /""/, '"" ""'],
  ['a quote that is not escaped', /\\"/, '"'],
  ['another octet behind the backslash', /\\"/, '\\e'],
  ['8-bit in a quoted string', /"5(\d\d) /, '"5$1 \xfc'],
  ['CR in a quoted string', /"5(\d\d) /, '"5$1 \r'],
  ['LF in a quoted string', /"5(\d\d) /, '"5$1 \n'],
  ['a literal of one octet less', /\{17\}/, '{16}'],
  ['a literal of one octet more', /\{17\}/, '{18}'],
  ['a literal without its number', /\{17\}/, '{}'],
  ['a literal8', /\{17\}/, '~{17}'],
  ['NUL in a literal', /j\xc3/, 'j\0'],
  ['LF alone', /\r\n$/, '\n'],
  ['something behind it', /\r\n$/, ' \r\n'],
];

describe('of the SEND responses in the examples, the grammar allows none with', () => {
  for (const [what, pattern, replacement] of spoiled) {
    test(what, () => {
      const suitable = responses.filter(({ text }) => pattern.test(text));
      assert.ok(suitable.length > 0, 'no example has that');
      for (const { text } of suitable) {
        assert.ok(grammar.matches('response-data', text), text);
        const other = text.replace(pattern, replacement);
        assert.ok(!grammar.matches('response-data', other), other);
      }
    });
  }

  test('another octet in place of any that is not in a string', () => {
    for (const { text } of responses) {
      const strings = [...text.matchAll(/"(?:[^"\\]|\\.)*"|\r\nj\S+ /g)];
      const inString = (at: number) =>
        strings.some(({ index, 0: { length, 0: first } }) => {
          // A literal begins behind CRLF and ends before the blank.
          return at >= index + (first === '"' ? 1 : 2) && at < index + length - 1;
        });
      for (let at = 0; at < text.length; at++) {
        if (inString(at)) continue;
        const other = `${text.slice(0, at)}!${text.slice(at + 1)}`;
        assert.ok(!grammar.matches('response-data', other), other);
      }
    }
  });
});

describe('the grammar', () => {
  for (const [command, allowed] of [
    ['SEND 1', true],
    ['send 1:3', true],
    ['SEND *', true],
    ['SEND 3,1:2,2:*', true],
    ['SEND $', true],
    ['UID SEND 4294967295', true],
    ['uid Send $', true],
    ['SEND', false],
    ['SEND ', false],
    ['SEND 0', false],
    ['SEND 1,', false],
    ['SEND 1:', false],
    ['SEND 1:2:3', false],
    ['SEND  1', false],
    ['SEND "1"', false],
    ['SEND 1 2', false],
    ['SEND (1)', false],
    ['SEND $,1', false],
    ['UID SEND', false],
    ['UID  SEND 1', false],
    ['UID UID SEND 1', false],
    ['SEND {1+}\r\n1', false],
  ] as const) {
    test(`${allowed ? 'allows' : 'does not allow'} ${JSON.stringify(command)}`, () => {
      assert.equal(grammar.matches('command', `a ${command}\r\n`), allowed);
    });
  }

  for (const [rule, value] of [
    ['send-command-value', 'rcpt to'],
    ['send-command-value', 'RCPT'],
    ['send-command-value', ''],
    ['send-reply-value', '250 fine'],
    ['send-reply-value', '354'],
    ['send-reply-value', '55 short'],
    ['send-reply-value', '550-first'],
    ['send-reply-value', '550 '],
    ['send-reply-value', '5501'],
    ['send-parameter-value', 'a\0b'],
  ] as const) {
    test(`does not allow ${JSON.stringify(value)} as ${rule}`, () => {
      assert.ok(!grammar.matches(rule, value));
    });
  }
});
