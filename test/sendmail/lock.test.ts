import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { takeLock } from '../../src/sendmail/lock.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

const module = new URL('../../src/sendmail/lock.js', import.meta.url).href;

describe('a lock', () => {
  let files: Scratch;
  let path: string;
  beforeEach(() => {
    files = scratchDirectory('lock');
    path = join(files.path, 'x');
  });
  afterEach(() => files.remove());

  /** Another process that has taken it, and says so. */
  async function holder() {
    const script = `import { takeLock } from '${module}'; takeLock('${path}'); console.log('taken'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 60_000,
    });
    await once(child.stdout, 'data');
    return child;
  }

  test('is had by one, until it is given back', () => {
    const first = takeLock(path);
    assert.ok(first);
    assert.equal(takeLock(path), undefined);
    assert.ok(takeLock(`${path}y`));
    first.release();
    assert.ok(takeLock(path));
    assert.equal(takeLock(path), undefined);
  });

  test('is not had by a process that was killed', async () => {
    const child = await holder();
    assert.equal(takeLock(path), undefined);
    child.kill('SIGKILL');
    await once(child, 'close');
    assert.ok(takeLock(path));
    assert.deepEqual(readdirSync(files.path), ['x.2.lock']);
  });

  test('is not had by another process with the same number', () => {
    takeLock(path);
    const [pid, started, boot] = readFileSync(`${path}.1.lock`, 'utf8').split(' ');
    writeFileSync(`${path}.1.lock`, `${pid} ${Number(started) - 1} ${boot}`);
    assert.ok(takeLock(path));
  });

  test('leaves nothing behind when what it was for is gone', () => {
    takeLock(path)?.remove();
    assert.deepEqual(readdirSync(files.path), []);
  });
});
