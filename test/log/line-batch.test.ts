import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LineBatch } from '../../src/log/line-batch.js';

const logger = new URL('../../src/log/logger.js', import.meta.url).href;

test('lines of a turn go out in one write, in order; none waits for more than the turn', async () => {
  const written: string[] = [];
  const batch = new LineBatch({ write: (lines) => written.push(lines) });
  batch.write('1\n');
  batch.write('2\n');
  assert.deepEqual(written, []);
  await new Promise(setImmediate);
  batch.write('3\n');
  await new Promise(setImmediate);
  assert.deepEqual(written, ['1\n2\n', '3\n']);
  await new Promise(setImmediate);
  assert.equal(written.length, 2, 'nothing is written twice');
});

test('a turn that writes many lines keeps few', () => {
  const written: string[] = [];
  const batch = new LineBatch({ write: (lines) => written.push(lines) });
  for (let line = 0; line < 1000; line++) batch.write(`${'x'.repeat(99)}\n`);
  assert.ok(written.length >= 5);
  batch.flush();
  assert.equal(written.join('').length, 100_000);
});

/** What a process writes that logs an event and then ends in that way, in the same turn. */
async function loggedBefore(end: string, level: 'info' | 'warn' = 'info'): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'line-batch-'));
  const path = join(directory, 'log');
  const file = await open(path, 'w');
  try {
    const event =
      level === 'info'
        ? `log.event('stopped', {})`
        : `log.event('sender-map-loaded', { logins: 1 }); log.event('ledger-degraded', { cause: 'test' })`;
    const code = `import { createLog } from ${JSON.stringify(logger)};
      const log = createLog({ level: 'info', format: 'json' });
      ${event};
      ${end}`;
    const args = ['--input-type=module', '--eval', code];
    const child = spawn(process.execPath, args, { stdio: ['ignore', file.fd, 'ignore'] });
    await once(child, 'close');
    const text = await readFile(path, 'utf8');
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).event as string]));
  } finally {
    await file.close();
    await rm(directory, { recursive: true });
  }
}

for (const [name, end] of [
  ['ends', ''],
  ['exits', 'process.exit(1);'],
  ['throws', `throw new Error('fault');`],
  ['rejects', `await Promise.reject(new Error('fault'));`],
] as const) {
  test(`no line is lost when the process ${name}`, async () => {
    assert.deepEqual(await loggedBefore(end), ['stopped']);
  });
}

test('a warning, and what came before it, is out before anything else is done', async () => {
  const kill = `process.kill(process.pid, 'SIGKILL'); for (;;);`;
  assert.deepEqual(await loggedBefore(kill, 'warn'), ['sender-map-loaded', 'ledger-degraded']);
});
