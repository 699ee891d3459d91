import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { freePort, freePorts, onFreePorts } from './port.js';
import { type ProcessSpec, StartError, startProcess } from './process.js';
import { processesOfGroup } from './process-group.js';
import { scratchDirectory } from './scratch.js';

/** A process that runs a line of JavaScript. */
function node(
  t: { after(end: () => Promise<void>): void },
  script: string,
  when: Pick<ProcessSpec, 'ports' | 'ready'>,
): ProcessSpec {
  const scratch = scratchDirectory('process');
  t.after(() => scratch.remove());
  const logFile = join(scratch.path, 'log');
  return { name: 'node', command: process.execPath, args: ['-e', script], logFile, ...when };
}

const never = { ready: () => false };
const listenOn = (port: number) => `require('node:net').createServer().listen(${port}, '127.0.0.1')`;

describe('a process of the tests', () => {
  test('is ready when it says so, and ends with its children', async (t) => {
    const port = await freePort();
    const child = `require('node:child_process').spawn('sleep', ['1000'])`;
    const running = await startProcess(node(t, `${child}; ${listenOn(port)}`, { ports: [port] }));
    assert.equal(processesOfGroup(running.pid).length, 2);
    assert.ok(running.isRunning());
    await running.stop();
    assert.deepEqual(processesOfGroup(running.pid), []);
    assert.ok(!running.isRunning());
  });

  test('is killed with its children', async (t) => {
    const script = `require('node:child_process').spawn('sleep', ['1000']); process.on('SIGTERM', () => {})`;
    const running = await startProcess(node(t, script, {}));
    await running.kill();
    assert.deepEqual(processesOfGroup(running.pid), []);
  });

  test('that ends at once is reported with what it logged', async (t) => {
    const spec = node(t, `console.error('no such option'); process.exit(7)`, never);
    await assert.rejects(startProcess(spec), /^StartError: node ended at once\n[\s\S]*no such option/);
  });

  test('that finds its port taken is started again with another one', async (t) => {
    const squatter = createServer().listen(0, '127.0.0.1');
    t.after(async () => void squatter.close());
    const taken = await new Promise<number>((resolve) => {
      squatter.once('listening', () => resolve((squatter.address() as { port: number }).port));
    });
    const tried: number[] = [];
    const running = await onFreePorts(1, async ([free = 0]) => {
      const port = tried.length === 0 ? taken : free;
      tried.push(port);
      return startProcess(node(t, listenOn(port), { ports: [port] }));
    });
    await running.kill();
    assert.equal(tried.length, 2);
  });

  test('that fails for another reason is not started again', async (t) => {
    let attempts = 0;
    const start = onFreePorts(1, () => {
      attempts++;
      return startProcess(node(t, 'process.exit(1)', never));
    });
    await assert.rejects(start, StartError);
    assert.equal(attempts, 1);
  });
});

test('free ports are different', async () => {
  assert.equal(new Set(await freePorts(20)).size, 20);
});

for (const [how, last] of [
  ['exits', 'process.exit(3)'],
  ['throws', 'throw new Error("x")'],
  ['is terminated', 'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)'],
  ['forgets to stop it', ''],
] as const) {
  test(`a process and a directory do not survive a test that ${how}`, async () => {
    const support = (name: string) => JSON.stringify(new URL(`./${name}.js`, import.meta.url).href);
    const script = `
      import { startProcess } from ${support('process')};
      import { scratchDirectory } from ${support('scratch')};
      const { path } = scratchDirectory('left');
      const logFile = path + '/log';
      const spec = { name: 'sleep', command: 'sleep', args: ['1000'], logFile, ready: async () => true };
      const { pid } = await startProcess(spec);
      console.log(JSON.stringify({ pid, path }));
      ${last}`;
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, ['--input-type=module', '-e', script], (_error, stdout) => resolve(stdout));
    });
    const { pid, path } = JSON.parse(output) as { pid: number; path: string };
    while (processesOfGroup(pid).length > 0) await new Promise(setImmediate);
    assert.ok(!existsSync(path));
  });
}
