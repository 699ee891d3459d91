import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { GateCaller } from '../support/gate-caller.js';

/** What the client (C) and upstream (S) say, and whether the session could end then without a loss. */
const cases: readonly [what: string, quiet: boolean, ...script: readonly string[]][] = [
  ['nothing was said', true],
  ['a command is answered', true, 'C: a NOOP\r\n', 'S: a OK done\r\n'],
  ['a command waits for its answer', false, 'C: a NOOP\r\n'],
  ['one of two is answered', false, 'C: a NOOP\r\nb NOOP\r\n', 'S: b OK done\r\n'],
  ['the first octet of a command', false, 'C: a'],
  ['a line without its end', false, 'C: a SEARCH TEXT x'],
  ['a line that is no command', true, 'C: \r\n'],
  ['a literal is announced', false, 'C: a APPEND x {3}\r\n'],
  ['a literal is refused', true, 'C: a APPEND x {3}\r\n', 'S: a NO x\r\n'],
  ['a literal is sent in part', false, 'C: a APPEND x {3}\r\n', 'S: + go\r\n', 'C: 12'],
  ['SASL', false, 'C: a AUTHENTICATE LOGIN\r\n', 'S: + \r\n'],
  ['IDLE is not granted', false, 'C: a IDLE\r\n'],
  ['IDLE', true, 'C: a IDLE\r\n', 'S: + idling\r\n'],
  ['something happens in IDLE', true, 'C: a IDLE\r\n', 'S: + idling\r\n* 1 EXISTS\r\n'],
  ['IDLE with another command before it', false, 'C: b NOOP\r\na IDLE\r\n', 'S: + idling\r\n'],
  ['IDLE is about to end', false, 'C: a IDLE\r\n', 'S: + idling\r\n', 'C: DON'],
  ['IDLE waits for its answer', false, 'C: a IDLE\r\n', 'S: + idling\r\n', 'C: DONE\r\n'],
  ['IDLE is over', true, 'C: a IDLE\r\n', 'S: + idling\r\n', 'C: DONE\r\n', 'S: a OK done\r\n'],
  ['SEND is taken', false, 'C: a SEND 1\r\n'],
  ['SEND waits for a command', false, 'C: b NOOP\r\na SEND 1\r\n'],
];

suite('a session is quiet, or not', () => {
  for (const [what, quiet, ...script] of cases) {
    test(`${quiet ? 'quiet' : 'not'}: ${what}`, () => {
      const caller = new GateCaller({
        secure: true,
        startTls: false,
        allowCleartextLogin: true,
        replayLogin: true,
      });
      caller.server(Buffer.from('* OK ready\r\n'));
      for (const step of script) {
        const octets = Buffer.from(step.slice(3));
        if (step.startsWith('C: ')) caller.client(octets);
        else caller.server(octets);
      }
      assert.equal(caller.quiet, quiet);
    });
  }
});
