import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SendReport, SendResult } from '../../src/client/index.js';
import { readReply } from '../../src/client/send-response.js';
import { fateOf } from '../../src/client/submit.js';

const no = (outcome: 'NO' | 'UNKNOWN', words: string): SendResult => ({
  seq: 1,
  uid: 7,
  outcome,
  command: 'DATA',
  parameter: '',
  reply: readReply(words),
});

const cases: readonly [what: string, report: Partial<SendReport>, kind: string][] = [
  ['accepted', { results: [{ seq: 1, uid: 7, outcome: 'OK' }] }, 'sent'],
  ['5yz', { results: [no('NO', '554 5.6.0 no')] }, 'refused'],
  ['4yz', { results: [no('NO', '451 4.3.0 later')] }, 'deferred'],
  ['no code', { results: [no('NO', 'no')] }, 'deferred'],
  ['unknown', { results: [no('UNKNOWN', '451 4.4.2 outcome unknown')] }, 'unknown'],
  ['no line, OK', {}, 'gone'],
  ['the line of another message', { results: [{ seq: 1, uid: 8, outcome: 'OK' }] }, 'gone'],
  ['NO to all, UNAVAILABLE', { status: 'NO', code: 'UNAVAILABLE' }, 'deferred'],
  ['NO to all, LIMIT', { status: 'NO', code: 'LIMIT' }, 'deferred'],
  ['NO to all, NOPERM', { status: 'NO', code: 'NOPERM' }, 'refused'],
  ['NO to all, no code', { status: 'NO' }, 'refused'],
  ['BAD', { status: 'BAD' }, 'refused'],
];

describe('what a report says about a message', () => {
  for (const [what, report, kind] of cases) {
    test(`${what}: ${kind}`, () => {
      assert.equal(fateOf(7, { status: 'OK', text: 'done', results: [], ...report }).kind, kind);
    });
  }
});
