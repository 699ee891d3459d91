import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { watchdogMs } from '../../src/cli/service-manager.js';
import { startNotifyReceiver } from '../support/notify-receiver.js';
import { onAbnormalExit, scratchDirectory } from '../support/scratch.js';
import { systemdTools } from '../support/systemd.js';
import { until } from '../workers/crew.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

function start(t: TestContext, environment: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const child = spawn(main, ['serve', '--listen=imap://127.0.0.1:0', ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const forget = onAbnormalExit(() => child.kill('SIGKILL'));
  t.after(forget);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const closed = once(child, 'close');
  return { child, closed, output: () => output };
}

const valueFor = (assignments: readonly string[], name: string): string | undefined =>
  assignments.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);

test('systemd is told by systemd-notify(1): ready, alive, reloading and ready again, stopping', async (t) => {
  const files = scratchDirectory('notify');
  const { bin } = await systemdTools(files);
  const receiver = await startNotifyReceiver(files);
  t.after(async () => {
    await receiver.stop();
    await files.remove();
  });
  const { heard } = receiver;
  const environment = {
    PATH: `${bin}:${process.env['PATH']}`,
    NOTIFY_SOCKET: receiver.socket,
    WATCHDOG_USEC: '200000',
  };
  const { child, closed, output } = start(t, environment, '--drain-timeout=7s');
  const first = (name: string, value: string) => heard.findIndex((each) => valueFor(each, name) === value);
  await until('it is ready', () => first('READY', '1') >= 0);
  const [, url] = /"listeners":\["([^"]*)"/.exec(output()) ?? [];
  assert.equal(valueFor(heard[first('READY', '1')] ?? [], 'STATUS'), `Serving ${url}`);
  const alive = () => heard.filter((each) => each.includes('WATCHDOG=1')).length;
  await until('it is alive', () => alive() >= 3);

  child.kill('SIGHUP');
  const isReady = () => heard.filter((each) => each.includes('READY=1')).length;
  await until('it is ready again', () => isReady() === 2);
  const reloading = first('RELOADING', '1');
  assert.ok(reloading > first('READY', '1'));
  // As in the machine's own clock, which systemd compares with: microseconds.
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1_000_000;
  const said = Number(valueFor(heard[reloading] ?? [], 'MONOTONIC_USEC'));
  assert.ok(said > 0 && said <= uptime + 1_000_000, `${said}, ${uptime}`);

  child.kill('SIGTERM');
  assert.deepEqual(await closed, [0, null]);
  const stopping = heard.at(-1) ?? [];
  assert.ok(stopping.includes('STOPPING=1'), String(stopping));
  assert.equal(valueFor(stopping, 'EXTEND_TIMEOUT_USEC'), '12000000');
  assert.match(output(), /"event":"stopped"/);
  assert.doesNotMatch(output(), /notify-failed/);
});

test('systemd-notify has of our environment what it needs, and nothing else', async (t) => {
  const files = scratchDirectory('notify');
  t.after(() => files.remove());
  const script = '#!/bin/sh\ntr "\\0" "\\n" < /proc/$$/environ > "$NOTIFY_SOCKET"\n';
  writeFileSync(join(files.path, 'systemd-notify'), script, { mode: 0o755 });
  const environment = {
    PATH: `${files.path}:${process.env['PATH']}`,
    NOTIFY_SOCKET: join(files.path, 'said'),
  };
  const secret = { IMAP_SEND_PROXY_SUBMISSION_PASSWORD: 'hunter2' };
  const args = ['--submission-auth=service', '--submission-user=proxy'];
  const { child, closed } = start(t, { ...environment, ...secret }, ...args);
  const said = () => {
    try {
      return readFileSync(environment.NOTIFY_SOCKET, 'utf8');
    } catch {
      return '';
    }
  };
  const expected = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  await until('it was called', () => said().split('\n').length > expected.length);
  assert.deepEqual(said().trimEnd().split('\n').sort(), expected.sort());
  child.kill('SIGTERM');
  await closed;
});

for (const [how, script, error] of [
  ['is missing', undefined, 'systemd-notify: spawn systemd-notify ENOENT'],
  ['fails', '#!/bin/sh\nexit 3\n', 'systemd-notify: exit code 3'],
] as const) {
  test(`systemd-notify ${how}: that is logged once, and service goes on`, async (t) => {
    const files = scratchDirectory('notify');
    t.after(() => files.remove());
    symlinkSync(process.execPath, join(files.path, 'node'));
    if (script !== undefined) writeFileSync(join(files.path, 'systemd-notify'), script, { mode: 0o755 });
    const environment = {
      PATH: files.path,
      NOTIFY_SOCKET: '/nonexistent',
      WATCHDOG_USEC: '20000',
    };
    const { child, closed, output } = start(t, environment);
    await until('it was logged', () => output().includes('notify-failed'));
    child.kill('SIGHUP');
    await until('it goes on', () => output().includes('"event":"reloaded"'));
    child.kill('SIGTERM');
    assert.deepEqual(await closed, [0, null]);
    const failures = output()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === 'notify-failed');
    assert.deepEqual(
      failures.map((each) => each.error),
      [error],
    );
  });
}

for (const [what, variables, milliseconds] of [
  ['asked for', { WATCHDOG_USEC: '60000000' }, 30_000],
  ['asked for of this process', { WATCHDOG_USEC: '60000000', WATCHDOG_PID: '7' }, 30_000],
  ['asked for of another process', { WATCHDOG_USEC: '60000000', WATCHDOG_PID: '8' }, undefined],
  ['too often', { WATCHDOG_USEC: '1' }, 1],
  ['too rarely for a timer', { WATCHDOG_USEC: '9999999999999999' }, 2 ** 31 - 1],
  ['no number', { WATCHDOG_USEC: 'soon' }, undefined],
  ['off', { WATCHDOG_USEC: '0' }, undefined],
  ['not asked for', {}, undefined],
] as const) {
  test(`a watchdog: ${what}`, () => assert.equal(watchdogMs(variables, 7), milliseconds));
}
