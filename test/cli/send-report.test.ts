import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { drawn } from '../../src/cli/progress-bar.js';
import {
  type Broken,
  exitCode,
  lineFor,
  NOTHING,
  objectFor,
  summary,
  type Tally,
} from '../../src/cli/send-report.js';
import type { Item } from '../../src/client/send-run.js';

const answer = { status: 'NO', code: 'NOPERM', text: 'not \x1b[2Jyou' } as const;
const result = {
  seq: 1,
  uid: 7,
  outcome: 'NO',
  command: 'RCPT TO',
  parameter: 'eve@example.com',
  reply: { code: 550, enhancedCode: '5.1.1', text: 'No \x1b[31mEve' },
} as const;

const items: readonly [item: Item, line: string, object: object][] = [
  [{ source: 'a', kind: 'sent', uid: 7 }, 'sent        a', { outcome: 'sent', uid: 7, mailbox: 'Out' }],
  [
    { source: 'a', kind: 'refused', uid: 7, why: { result, answer } },
    'refused     a: RCPT TO eve@example.com: 550 5.1.1 No ?[31mEve',
    {
      outcome: 'refused',
      uid: 7,
      mailbox: 'Out',
      command: 'RCPT TO',
      parameter: 'eve@example.com',
      reply: result.reply,
    },
  ],
  [
    { source: 'a', kind: 'deferred', uid: 7, why: { answer } },
    'deferred    a: not ?[2Jyou',
    { outcome: 'deferred', uid: 7, mailbox: 'Out', text: answer.text },
  ],
  [
    { source: 'a', kind: 'not-stored', text: 'over quota' },
    'not-stored  a: the mail server did not store it: over quota',
    { outcome: 'not-stored', text: 'over quota' },
  ],
  [
    { source: 'a\nb', kind: 'unusable', problem: 'empty' },
    'unusable    a?b: empty',
    { outcome: 'unusable', text: 'empty' },
  ],
];

describe('a message', () => {
  for (const [item, line, object] of items) {
    test(line, () => {
      assert.equal(lineFor(item, 'Out'), line);
      assert.deepEqual(objectFor(item, 'Out'), { source: item.source, ...object });
    });
  }
});

test('a mailbox in a command to copy is one argument, whatever the server calls it', () => {
  const line = lineFor({ source: 'a', kind: 'unmarked', uid: 7 }, "It's; $(reboot)");
  assert.match(line, / --mailbox 'It'\\''s; \$\(reboot\)'$/);
});

const lost: Broken = { kind: 'temporary', text: 'lost' };
const stopped: Broken = { kind: 'signal', text: 'stopped by SIGINT' };

const ends: readonly [tally: Partial<Tally>, broken: Broken | undefined, code: number, line: string][] = [
  [{}, undefined, 0, 'nothing done'],
  [{ sent: 2, 'sent-before': 1 }, undefined, 0, '2 sent, 1 sent-before'],
  [{ sent: 2, refused: 1 }, undefined, 1, '2 sent, 1 refused'],
  [{ gone: 1 }, undefined, 1, '1 gone'],
  [{ 'not-stored': 1 }, undefined, 1, '1 not-stored'],
  [{ unusable: 1 }, undefined, 1, '1 unusable'],
  [{ unusable: 1, unknown: 1 }, undefined, 3, '1 unknown, 1 unusable'],
  [{ unmarked: 1 }, undefined, 3, '1 unmarked'],
  [{ unknown: 1, deferred: 1 }, undefined, 75, '1 deferred, 1 unknown'],
  [{ sent: 1 }, lost, 75, '1 sent; lost: the same command again does the rest'],
  [{ deferred: 1 }, stopped, 130, '1 deferred; stopped by SIGINT: the same command again does the rest'],
];

describe('a run', () => {
  for (const [tally, broken, code, line] of ends) {
    test(`${line}: ${code}`, () => {
      const whole = { ...NOTHING, ...tally };
      assert.deepEqual([exitCode(whole, broken), summary(whole, broken)], [code, line]);
    });
  }
});

test('the bar fits into the terminal', () => {
  assert.equal(drawn({ fraction: 0, text: 'x' }), `[${' '.repeat(24)}] x`);
  assert.equal(drawn({ fraction: 0.5, text: 'x' }), `[${'#'.repeat(12)}${' '.repeat(12)}] x`);
  assert.equal(drawn({ fraction: 7, text: 'x'.repeat(100) }, 40), `[${'#'.repeat(24)}] ${'x'.repeat(12)}`);
});
