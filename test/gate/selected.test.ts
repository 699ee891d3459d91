import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gate } from '../../src/gate/gate.js';

/** One command each, its answer, and whether a mailbox is selected then. */
const session: readonly (readonly [command: string, answer: string, selected: boolean])[] = [
  ['NOOP', 'OK done', false],
  ['SELECT INBOX', 'NO none', false],
  ['SELECT INBOX', 'OK [READ-WRITE] there', true],
  ['NOOP', 'OK done', true],
  ['SELECT', 'BAD what', true],
  ['EXAMINE other', 'NO none', false],
  ['examine INBOX', 'OK there', true],
  ['CLOSE', 'NO not now', true],
  ['CLOSE', 'OK gone', false],
  ['EXAMINE INBOX', 'OK there', true],
  ['UNSELECT', 'OK gone', false],
  ['SELECT INBOX', 'OK there', true],
  ['UNAUTHENTICATE', 'OK gone', false],
];

test('whether a mailbox is selected follows from what upstream answers', () => {
  const gate = new Gate({ startTls: false, allowCleartextLogin: true, replayLogin: false }, false);
  const pass = (side: 'client' | 'server', line: string): void => {
    const octets = Buffer.from(`${line}\r\n`);
    for (let offset = 0; offset < octets.length; ) {
      const step = gate[side](octets, offset);
      assert.ok(step.do === 'forward', `${line}: ${step.do}`);
      offset = step.end;
    }
  };
  pass('server', '* PREAUTH ready');
  for (const [command, answer, selected] of session) {
    pass('client', `a ${command}`);
    pass('server', `a ${answer}`);
    assert.equal(gate.selected, selected, `${command}: ${answer}`);
  }
});

test('the first octets of a command that goes upstream have its name, once', () => {
  const gate = new Gate({ startTls: false, allowCleartextLogin: true, replayLogin: false }, false);
  gate.server(Buffer.from('* PREAUTH ready\r\n'), 0);
  const octets = Buffer.from('a uid fetch 1 (FLAGS)\r\nb SEND 1\r\n\r\nc NOOP\r\n');
  const begun: string[] = [];
  for (let offset = 0; ; ) {
    const step = gate.client(octets, offset);
    if (!('end' in step)) break;
    if (step.do === 'forward' && step.begins !== undefined) begun.push(step.begins);
    offset = step.end;
  }
  assert.deepEqual(begun, ['UID FETCH']);
});
