import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { dial, startImapPeer } from '../support/imap-peer.js';
import { onAbnormalExit } from '../support/scratch.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

for (const [workers, signal, code] of [
  ['1', 'SIGTERM', 143],
  ['1', 'SIGINT', 130],
  ['2', 'SIGTERM', 143],
] as const) {
  const who = workers === '1' ? 'serve' : 'serve --workers 2';
  test(`${who}, ${signal} twice: the second waits for no command, and the exit code says so`, async (t) => {
    const peer = await startImapPeer();
    const args = ['serve', '--listen=imap://127.0.0.1:0', `--upstream=imap://127.0.0.1:${peer.port}`];
    const child = spawn(main, [...args, `--workers=${workers}`, '--drain-timeout=1h'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const forget = onAbnormalExit(() => child.kill('SIGKILL'));
    const closed = once(child, 'close');
    t.after(async () => {
      await peer.close();
      forget();
    });
    const seen = (pattern: RegExp): Promise<RegExpExecArray> =>
      new Promise((resolve) => {
        let output = '';
        child.stdout.on('data', function look(chunk: Buffer) {
          output += chunk.toString();
          const found = pattern.exec(output);
          if (found === null) return;
          child.stdout.off('data', look);
          resolve(found);
        });
      });
    const [, port] = await seen(/imap:\/\/127\.0\.0\.1:(\d+)/);
    const client = await dial(Number(port));
    const upstream = await peer.accept();
    await upstream.send('* OK ready\r\n');
    await client.expect('* OK ready\r\n');
    await client.send('a NOOP\r\n');
    await upstream.expect('a NOOP\r\n');
    const stopping = seen(/"stopping"/);
    child.kill(signal);
    await stopping;
    const rest = text(child.stdout);
    child.kill(signal);
    assert.deepEqual(await closed, [code, null]);
    assert.doesNotMatch(await rest, /"stopped"/);
    client.reset();
  });
}
