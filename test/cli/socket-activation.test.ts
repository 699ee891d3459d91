import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Activated, type SocketSpec, startActivator } from '../support/activator.js';
import { dial, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { onFreePorts } from '../support/port.js';
import { startProcess } from '../support/process.js';
import { scratchDirectory } from '../support/scratch.js';
import { systemdTools } from '../support/systemd.js';
import { until } from '../workers/crew.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const LOOPBACK: SocketSpec = ['listening', '127.0.0.1'];

async function ready(program: Activated): Promise<void> {
  await until('it is ready', () => {
    if (/^imap-send-proxy: /m.test(program.output)) throw new Error(program.output);
    return program.output.includes('"event":"ready"');
  });
}

const served = (upstream: number, ...args: readonly string[]): readonly [string, ...string[]] => [
  main,
  'serve',
  `--upstream=imap://127.0.0.1:${upstream}`,
  '--submission-auth=none',
  ...args,
];

for (const workers of ['1', '2']) {
  test(`--workers ${workers}: who connects while the service restarts is served by the next process`, async (t) => {
    const peer = await startImapPeer();
    const systemd = await startActivator(LOOPBACK, ['listening', '::1']);
    const [port = 0, other = 0] = systemd.ports;
    const argv = served(peer.port, '--listen=imap+systemd://imap', `--workers=${workers}`);
    const clients: PeerConnection[] = [];
    t.after(async () => {
      for (const client of clients) client.reset();
      await peer.close();
      await systemd.stop();
    });
    const join = async (): Promise<PeerConnection> => {
      const client = await dial(port);
      clients.push(client);
      return client;
    };
    /** Upstream's connections may come in any order. */
    const greet = async (...all: readonly PeerConnection[]): Promise<void> => {
      for (const _ of all) await (await peer.accept()).send('* OK ready\r\n');
      for (const client of all) await client.expect('* OK ready\r\n');
    };

    const first = await systemd.start({ argv, names: ['imap', 'imap'] });
    await ready(first);
    assert.ok(first.output.includes(`"imap://127.0.0.1:${port}","imap://[::1]:${other}"`), first.output);
    const before = await join();
    await greet(before);
    first.signal('SIGTERM');
    await before.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping \(session \S+\)\r\n$/);
    before.end();
    assert.equal(await first.ended(), 0);

    const meanwhile = [await join(), await join(), await join()];
    assert.equal(peer.connections, 1);
    const second = await systemd.start({ argv, names: ['imap', 'imap'] });
    await greet(...meanwhile);
    second.signal('SIGTERM');
    for (const client of meanwhile) {
      await client.expectLine(/^\* BYE \[UNAVAILABLE\]/);
      client.end();
    }
    assert.equal(await second.ended(), 0);
  });
}

test('however often it restarts, nobody is refused: a greeting or * BYE for everybody', async (t) => {
  const peer = await startImapPeer();
  const systemd = await startActivator(LOOPBACK);
  const [port = 0] = systemd.ports;
  const argv = served(peer.port, '--listen=imap+systemd://imap', '--drain-timeout=1s');
  let over = false;
  let everybodyGone = false;
  // Upstream greets whoever comes.
  const greeting = (async () => {
    for (;;) {
      const upstream = await peer.accept().catch(() => undefined);
      if (upstream === undefined || everybodyGone) return;
      await upstream.send('* OK ready\r\n');
    }
  })();
  t.after(async () => {
    over = true;
    everybodyGone = true;
    await dial(peer.port).then((last) => last.reset());
    await greeting;
    await peer.close();
    await systemd.stop();
  });
  let answered = 0;
  const comeAndGo = async (): Promise<void> => {
    while (!over) {
      const client = await dial(port);
      await client.expectLine(/^\* (OK|BYE \[UNAVAILABLE\]) /);
      answered++;
      client.reset();
    }
  };
  const all = Promise.all([comeAndGo(), comeAndGo(), comeAndGo()]);
  let program = await systemd.start({ argv, names: ['imap'] });
  for (let restarts = 0; restarts < 3; restarts++) {
    await ready(program);
    const enough = answered + 10;
    await until('some came', () => answered >= enough);
    program.signal('SIGTERM');
    assert.equal(await program.ended(), 0);
    program = await systemd.start({ argv, names: ['imap'] });
  }
  await ready(program);
  over = true;
  await all;
  program.signal('SIGTERM');
  assert.equal(await program.ended(), 0);
});

test('a worker gets neither the sockets nor the variables of systemd', async (t) => {
  const peer = await startImapPeer();
  const systemd = await startActivator(LOOPBACK);
  t.after(async () => {
    await peer.close();
    await systemd.stop();
  });
  const argv = served(peer.port, '--listen=imap+systemd://imap', '--workers=2');
  const program = await systemd.start({ argv, names: ['imap'], environment: { WATCHDOG_USEC: '1' } });
  await ready(program);
  const socket = readlinkSync(`/proc/${program.pid}/fd/3`);
  assert.match(socket, /^socket:/);
  const workers = [...program.output.matchAll(/"worker-started","worker":\d+,"pid":(\d+)/g)];
  assert.equal(workers.length, 2);
  for (const [, pid] of workers) {
    assert.doesNotMatch(readFileSync(`/proc/${pid}/environ`, 'latin1'), /LISTEN_|NOTIFY|WATCHDOG/);
    const descriptors = readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        // The one by which the directory itself was read.
        return '';
      }
    });
    assert.ok(!descriptors.includes(socket), String(descriptors));
  }
  program.signal('SIGTERM');
  assert.equal(await program.ended(), 0);
});

describe('exit code 2 and one line', { concurrency: 4 }, () => {
  const IMAP = 'imap+systemd://imap';
  const cases: readonly [
    what: string,
    socket: SocketSpec,
    listen: string,
    names: readonly string[] | undefined,
    line: RegExp,
  ][] = [
    [
      'a name that is not there',
      LOOPBACK,
      IMAP,
      ['imaps'],
      /socket "imaps" of systemd, given "imap\+systemd/,
    ],
    ['no names', LOOPBACK, IMAP, undefined, /for the socket "unknown" of systemd/],
    [
      'a socket that nobody names',
      LOOPBACK,
      'imap://127.0.0.1:0',
      ['imap'],
      /for the socket "imap" of systemd/,
    ],
    [
      'a socket that does not listen',
      ['bound', '127.0.0.1'],
      IMAP,
      ['imap'],
      /expected a TCP socket that listens/,
    ],
    ['a Unix socket', ['unix'], IMAP, ['imap'], /expected a TCP socket that listens/],
    [
      'no TLS outside loopback',
      ['listening', '0.0.0.0'],
      IMAP,
      ['imap'],
      /expected tls-cert and tls-key, or allow-p/,
    ],
    ['imaps without a certificate', LOOPBACK, 'imaps+systemd://imap', ['imap'], /tls-key with imaps:\/\//],
  ];
  for (const [what, socket, listen, names, line] of cases) {
    test(what, async () => {
      const systemd = await startActivator(socket);
      const argv = served(9, `--listen=${listen}`);
      const program = await systemd.start({ argv, ...(names && { names }) });
      assert.equal(await program.ended(), 2);
      assert.match(program.output, line);
      assert.match(program.output, /^imap-send-proxy: listen: [^\n]*\n$/);
      await systemd.stop();
    });
  }

  test('sockets that are for another process', async () => {
    const systemd = await startActivator(LOOPBACK);
    const program = await systemd.start({
      argv: served(9, `--listen=${IMAP}`),
      names: ['imap'],
      forAnother: true,
    });
    assert.equal(await program.ended(), 2);
    assert.match(program.output, /the name of a socket that systemd passed \(nothing\)/);
    await systemd.stop();
  });
});

test('systemd-socket-activate(1) starts it for the first client, and it is served', async (t) => {
  const peer = await startImapPeer();
  const files = scratchDirectory('activate');
  const tools = await systemdTools(files);
  const [port, service] = await onFreePorts(1, async ([port = 0]) => {
    const args = ['--listen', `127.0.0.1:${port}`, '--fdname=imap', '-E', 'PATH', '--'];
    const service = await startProcess({
      name: 'systemd-socket-activate',
      command: tools.path('systemd-socket-activate'),
      args: [...args, ...served(peer.port, '--listen=imap+systemd://imap')],
      logFile: `${files.path}/log`,
      ports: [port],
    });
    return [port, service] as const;
  });
  t.after(async () => {
    await service.stop();
    await peer.close();
    await files.remove();
  });
  const client = await dial(port);
  await (await peer.accept()).send('* OK ready\r\n');
  await client.expect('* OK ready\r\n');
  client.reset();
});
