import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { messageTo, withSetting } from '../client/setting.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';
import { type Ended, runIn } from './run-in.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const killAt = new URL('kill-at.js', import.meta.url).href;

/** More than the steps of one message. */
const MOST = 100;
const AT_ONCE = 4;

describe('sendmail --queue and sendmail -q, killed at any point', () => {
  const setting = withSetting();
  let files: Scratch;
  beforeEach(() => {
    files = scratchDirectory('killed');
  });
  afterEach(() => files.remove());

  /** Killed at that step, if it has so many; its exit code is null then. */
  function run(args: readonly string[], input: string, step?: number): Promise<Ended> {
    const environment = {
      PATH: String(process.env['PATH']),
      HOME: files.path,
      IMAP_SEND_URL: `imap://127.0.0.1:${setting().proxy.port}`,
      IMAP_SEND_USER: setting().server.user,
      IMAP_SEND_PASSWORD: setting().server.password,
      ...(step !== undefined && { KILL_AT: String(step) }),
    };
    const preload = step === undefined ? [] : ['--import', killAt];
    const home = { home: files.path, environment };
    return runIn(home, process.execPath, [...preload, main, 'sendmail', ...args], input);
  }

  test('every message arrives, once; and once more given, it does not arrive again', async () => {
    const messages = Array.from({ length: MOST }, () => `Date: today\r\n${messageTo('bob@example.com')}`);
    const killed: number[] = [];
    let steps = MOST;
    for (let first = 1; first <= steps; first += AT_ONCE) {
      const numbers = Array.from({ length: AT_ONCE }, (_, index) => first + index);
      const ended = await Promise.all(
        numbers.map((step) => run(['-t', '-i', '--queue'], String(messages[step]), step)),
      );
      for (const [index, { code, err }] of ended.entries()) {
        assert.ok(code === 0 || code === null, err);
        if (code === null) killed.push(first + index);
        else steps = Math.min(steps, first + index - 1);
      }
    }
    assert.ok(steps > 30 && steps < MOST - AT_ONCE, `${steps} steps`);

    const spool = join(files.path, '.local/state/imap-send-proxy/spool');
    const waiting = async () => (await readdir(spool)).filter((name) => name.endsWith('.msg')).length;
    assert.ok((await waiting()) > 20, `${await waiting()} are kept`);
    // In one message or the next.
    for (let step = 2; step < steps; step += 3) await run(['-q'], '', step);
    assert.deepEqual(await run(['-q'], ''), { code: 0, out: '', err: '' });
    assert.equal(await waiting(), 0);

    // Whoever called the ones that died cannot know; it is theirs to call again, with the same message.
    for (const step of killed.slice(0, 6)) {
      assert.equal((await run(['-t', '-i', '--queue'], String(messages[step]))).code, 0);
    }
    const arrived = new Map<string, number>();
    for (const { content } of setting().sink.messages) {
      const text = content.toString();
      arrived.set(text, (arrived.get(text) ?? 0) + 1);
    }
    const counts = killed.map((step) => arrived.get(String(messages[step])) ?? 0);
    const kept = killed.filter((_, index) => counts[index] === 1);
    assert.ok(!counts.some((count) => count > 1), `arrived: ${counts}`);
    // Those that died before they had kept it, at most; and of these, the ones called again.
    assert.ok(
      kept.length >= killed.length - 3 && counts.slice(0, 6).every((count) => count === 1),
      `arrived: ${counts}`,
    );
  });

  test('of two runs at the same time, one sends each message', async () => {
    const spool = join(files.path, '.local/state/imap-send-proxy/spool');
    await mkdir(spool, { recursive: true });
    const from = setting().sink.messages.length;
    const head = { account: 'environment', sender: 'a@example.org', recipients: [], queued: '' };
    for (let index = 0; index < 20; index++) {
      const content = `${JSON.stringify(head)}\n${messageTo('bob@example.com')}`;
      await writeFile(join(spool, `${index}.msg`), content);
    }
    const ended = await Promise.all(Array.from({ length: 3 }, () => run(['-q'], '')));
    assert.deepEqual(ended, Array(3).fill({ code: 0, out: '', err: '' }));
    assert.equal(setting().sink.messages.length - from, 20);
    assert.deepEqual(await readdir(spool), []);
  });
});
