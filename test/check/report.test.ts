import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Finding, failed, ok, warning, withConcerns } from '../../src/check/finding.js';
import { asJson, asText } from '../../src/check/report.js';

const findings: readonly Finding[] = [
  ok('upstream', 'greets: \x1b[2J\u202eready'),
  warning('clock', 'late', 'hurry'),
  failed('spool', 'full', 'make\nroom'),
];

test('a line for each, what servers said cleaned, and the counts', () => {
  assert.equal(
    asText(findings, false),
    '✓ upstream              greets: ?[2J?ready\n' +
      '⚠ clock                 late → hurry\n' +
      '✗ spool                 full → make?room\n' +
      '1 ok, 1 warning, 1 failed\n',
  );
});

test('colours are those of the marks', () => {
  const [first, second, third] = asText(findings, true).split('\n');
  assert.ok(first?.startsWith('\x1b[32m✓\x1b[0m '));
  assert.ok(second?.startsWith('\x1b[33m⚠\x1b[0m '));
  assert.ok(third?.startsWith('\x1b[31m✗\x1b[0m '));
});

test('the same in JSON, cleaned as well', () => {
  assert.deepEqual(JSON.parse(asJson(findings)), {
    ok: false,
    counts: { ok: 1, warning: 1, failed: 1 },
    checks: [
      { check: 'upstream', status: 'ok', text: 'greets: ?[2J?ready' },
      { check: 'clock', status: 'warning', text: 'late', advice: 'hurry' },
      { check: 'spool', status: 'failed', text: 'full', advice: 'make?room' },
    ],
  });
  assert.equal(JSON.parse(asJson(findings.slice(0, 2))).ok, true);
});

test('a thing is as bad as the worst of its concerns, and advice is given once', () => {
  const concern = (status: 'warning' | 'failed', text: string) => ({ status, text, advice: 'mend it' });
  assert.deepEqual(withConcerns('x', 'seen', []), ok('x', 'seen'));
  assert.deepEqual(
    withConcerns('x', 'seen', [concern('warning', 'slow'), concern('failed', 'broken')]),
    failed('x', 'seen; slow; broken', 'mend it'),
  );
});
