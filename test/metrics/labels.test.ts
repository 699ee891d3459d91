import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeLabel, codeLabel, commandLabel, methodLabel } from '../../src/metrics/labels.js';
import { Notebook, type Notes } from '../../src/metrics/meter.js';

test('peers choose no value of a label', () => {
  const cases: readonly (readonly [(text: string) => string, string, string])[] = [
    [commandLabel, 'UID FETCH', 'UID FETCH'],
    [commandLabel, 'uid fetch', 'other'],
    [commandLabel, 'X-ANNA', 'other'],
    [commandLabel, '', 'other'],
    [commandLabel, 'constructor', 'other'],
    [methodLabel, 'LOGIN', 'LOGIN'],
    [methodLabel, 'AUTHENTICATE PLAIN', 'AUTHENTICATE PLAIN'],
    [methodLabel, 'AUTHENTICATE ANNA\nX', 'AUTHENTICATE other'],
    [methodLabel, 'ANNA', 'other'],
    [codeLabel, '550 5.1.1 No such user', '550'],
    [codeLabel, '250', '250'],
    [codeLabel, '599 anna', '5xx'],
    [codeLabel, '210 anna', '2xx'],
    [codeLabel, '5501 anna', ''],
    [codeLabel, '350 go on', ''],
    [codeLabel, '', ''],
    [causeLabel, 'error connect: who\nknows', 'error'],
    [causeLabel, 'desync unknown-tag', 'desync'],
    [causeLabel, 'timeout write', 'timeout write'],
  ];
  for (const [label, text, expected] of cases) assert.equal(label(text), expected, text);
});

test('a notebook that nobody reads gives away what is much, and loses nothing', () => {
  const given: Notes[] = [];
  const notebook = new Notebook((notes) => given.push(notes));
  for (let at = 0; at < 1_000; at++) {
    notebook.took({ what: 'login', seconds: at, failed: false });
    notebook.command(`X${at}`);
  }
  assert.ok(given.every(({ timings, commands }) => timings.length <= 256 && commands.size <= 256));
  given.push(notebook.take());
  assert.deepEqual(
    given.flatMap(({ timings }) => timings.map(({ seconds }) => seconds)),
    Array.from({ length: 1_000 }, (_, at) => at),
  );
  assert.equal(new Set(given.flatMap(({ commands }) => [...commands.keys()])).size, 1_000);
});
