import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

/** A process whose sessions never end. */
const program = `
  import { firstSignal } from ${JSON.stringify(new URL('../../src/cli/signals.js', import.meta.url))};
  const signal = firstSignal();
  setInterval(() => {}, 1000);
  console.log('ready');
  console.log(await signal);
`;

for (const [first, second, code] of [
  ['SIGTERM', 'SIGTERM', 143],
  ['SIGINT', 'SIGINT', 130],
  ['SIGTERM', 'SIGINT', 130],
] as const) {
  test(`${first} asks to stop, ${second} after it ends the process with ${code}`, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 60_000,
    });
    const closed = once(child, 'close');
    const [ready] = await once(child.stdout, 'data');
    assert.equal(String(ready), 'ready\n');
    child.kill(first);
    const [received] = await once(child.stdout, 'data');
    assert.equal(String(received), `${first}\n`);
    child.kill(second);
    assert.deepEqual(await closed, [code, null]);
  });
}
