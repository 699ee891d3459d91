import assert from 'node:assert/strict';
import { openSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { describe, test } from 'node:test';
import { passedSockets } from '../../src/config/inherited-sockets.js';
import { find, listeningAddress } from '../../src/config/listening-address.js';
import { refuses } from './refusals.js';

const PID = 77;
const ours = (variables: Record<string, string>) => passedSockets({ LISTEN_PID: '77', ...variables }, PID);

describe('what systemd passed, as sd_listen_fds_with_names(3) reads it', () => {
  const cases: readonly [what: string, Record<string, string>, sockets: readonly string[]][] = [
    ['with names', { LISTEN_FDS: '2', LISTEN_FDNAMES: 'imap:imaps' }, ['3 imap', '4 imaps']],
    ['several of one name', { LISTEN_FDS: '2', LISTEN_FDNAMES: 'imaps:imaps' }, ['3 imaps', '4 imaps']],
    ['without names', { LISTEN_FDS: '1' }, ['3 unknown']],
    ['an empty name', { LISTEN_FDS: '2', LISTEN_FDNAMES: ':b' }, ['3 unknown', '4 b']],
    ['no count', { LISTEN_FDNAMES: 'imap' }, []],
    ['no number', { LISTEN_FDS: '-1', LISTEN_FDNAMES: 'imap' }, []],
    ['for another process', { LISTEN_PID: '78', LISTEN_FDS: '1', LISTEN_FDNAMES: 'imap' }, []],
  ];
  for (const [what, variables, sockets] of cases) {
    test(what, () => {
      assert.deepEqual(
        ours(variables).map(({ fd, name }) => `${fd} ${name}`),
        sockets,
      );
    });
  }

  test('nothing at all', () => assert.deepEqual(passedSockets({}), []));
});

describe('proc_net(5)', () => {
  const line = (local: string, state: string, inode: number): string =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0`;
  const header =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
  const cases: readonly [what: string, line: string, order: 'LE' | 'BE', found: string | undefined][] = [
    ['IPv4', line('0100007F:03E1', '0A', 5), 'LE', '127.0.0.1 993'],
    ['IPv4, big-endian', line('7F000001:03E1', '0A', 5), 'BE', '127.0.0.1 993'],
    ['every IPv4 address', line('00000000:008F', '0A', 5), 'LE', '0.0.0.0 143'],
    ['IPv6', line('B80D0120000000000000000001000000:03E1', '0A', 5), 'LE', '2001:db8::1 993'],
    ['IPv6, big-endian', line('20010DB8000000000000000000000001:03E1', '0A', 5), 'BE', '2001:db8::1 993'],
    ['every address', line('00000000000000000000000000000000:03E1', '0A', 5), 'LE', ':: 993'],
    ['a connection', line('0100007F:03E1', '01', 5), 'LE', undefined],
    ['another socket', line('0100007F:03E1', '0A', 55), 'LE', undefined],
  ];
  for (const [what, text, order, found] of cases) {
    test(what, () => {
      const address = find([header, text, ''], 5, order);
      assert.equal(address && `${address.host} ${address.port}`, found);
    });
  }
});

describe('the address of a descriptor', () => {
  for (const host of ['127.0.0.1', '::1', '0.0.0.0']) {
    test(`that listens on ${host}`, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, host, resolve));
      const { port } = server.address() as AddressInfo;
      const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
      assert.deepEqual(listeningAddress(fd), { host, port });
      server.close();
    });
  }

  test('that is a file, or nothing', () => {
    const file = openSync('/dev/null', 'r');
    assert.equal(listeningAddress(file), undefined);
    assert.equal(listeningAddress(1_000_000), undefined);
  });

  test('the file that it is looked for in is there, with the columns that are read', () => {
    assert.match(readFileSync('/proc/self/net/tcp', 'utf8'), /^ +sl +local_address rem_address +st .* inode/);
  });
});

/** A descriptor of this process, surely not a socket that listens. */
const passed = { LISTEN_PID: String(process.pid), LISTEN_FDS: '1', LISTEN_FDNAMES: 'imaps' };

refuses([
  [
    { flags: { listen: 'imap+systemd://' } },
    'listen: expected imap://host:port or imaps://host:port, or +systemd://name for ://host:port, given "imap+systemd://" (--listen)',
  ],
  [
    { flags: { listen: 'http+systemd://imap' } },
    'listen: expected imap://host:port or imaps://host:port, or +systemd://name for ://host:port, given "http+systemd://imap" (--listen)',
  ],
  [
    { flags: { listen: 'imaps+systemd://imaps' } },
    'listen: expected the name of a socket that systemd passed (nothing), given "imaps+systemd://imaps" (--listen)',
  ],
  [
    { flags: { listen: ['imap+systemd://imap', 'imaps+systemd://imaps'] }, env: passed },
    'listen: expected the name of a socket that systemd passed ("imaps"), given "imap+systemd://imap" (--listen)',
  ],
  [
    { flags: { listen: 'imap://127.0.0.1:0' }, env: passed },
    'listen: expected imap+systemd:// or imaps+systemd:// for the socket "imaps" of systemd, given "imap://127.0.0.1:0" (--listen)',
  ],
  [
    { env: passed },
    'listen: expected imap+systemd:// or imaps+systemd:// for the socket "imaps" of systemd, given "imap://127.0.0.1:1143" (default)',
  ],
  [
    { flags: { listen: 'imaps+systemd://imaps' }, env: { ...passed, LISTEN_FDS: '1' } },
    'listen: expected a TCP socket that listens, given "imaps+systemd://imaps" (--listen)',
  ],
]);
