import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Events } from '../../src/log/events.js';
import { type Dovecot, startDovecot } from '../support/dovecot.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';
import { startSink } from '../support/sink.js';
import { Wire } from '../support/wire.js';

/** Speaks for an upstream on one connection. */
export type Behaviour = (socket: net.Socket) => void;

/** Two accounts on a real Dovecot behind the proxy: anna behaves, ben does not. */
export interface HostileSetting {
  readonly proxy: RunningProxy;
  readonly dovecot: Dovecot;
  /** Dovecot, unless a test puts something else in its place for the connections to come. */
  upstream: Behaviour | undefined;
  /** Anna's session, which began before all abuse, still does what it did. */
  bystanderIsServed(): Promise<void>;
  /** The end of the next session; `act` is what leads to it. */
  endOf(act: () => Promise<void>): Promise<Events['session-closed']>;
  stop(): Promise<void>;
}

export type Flags = Record<string, string | string[] | boolean>;

const MESSAGE = 'From: anna@example.org\r\nTo: bob@example.net\r\nSubject: beside\r\n\r\nHello\r\n';
const accounts = [
  { user: 'anna@example.org', password: 'anna secret' },
  { user: 'ben@example.org', password: 'ben' },
];

export const BEN = 'a LOGIN ben@example.org ben\r\n';

export async function startSetting(flags: Flags = {}, submissionPort?: number): Promise<HostileSetting> {
  const [dovecot, sink] = await Promise.all([startDovecot({ accounts }), startSink()]);
  for (const { user } of accounts) await dovecot.deliver(user, 'INBOX', MESSAGE);
  const sockets = new Set<net.Socket>();
  let behaviour: Behaviour | undefined;
  const front = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    if (behaviour === undefined) passTo(dovecot.port, socket);
    else behaviour(socket);
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const proxy = await startProxy({
    upstream: `imap://127.0.0.1:${(front.address() as net.AddressInfo).port}`,
    submission: `smtp://127.0.0.1:${submissionPort ?? sink.port}`,
    'submission-auth': 'none',
    'sender-policy': 'submission',
    ...flags,
  });
  const anna = await Wire.connect(proxy.port);
  await anna.line();
  await anna.command('a', 'LOGIN anna@example.org "anna secret"');
  await anna.command('b', 'SELECT INBOX');

  const closed = () => proxy.logged.filter(({ event }) => event === 'session-closed');
  return {
    proxy,
    dovecot,
    get upstream() {
      return behaviour;
    },
    set upstream(next) {
      behaviour = next;
    },
    async bystanderIsServed() {
      assert.match(await anna.command('n', 'NOOP'), /^n OK /m);
      assert.match(await anna.command('f', 'FETCH 1 BODY.PEEK[TEXT]'), /\{7\}\r\nHello\r\n\)/);
      const sent = await anna.command('s', 'SEND 1');
      if (submissionPort === undefined) assert.match(sent, /^\* 1 SEND \(\d+ OK NIL\)\r\ns OK /m);
    },
    async endOf(act) {
      const before = closed().length;
      await act();
      for (let tries = 0; tries < 2_000 && closed().length === before; tries++) await delay(10);
      const [end] = closed().slice(before);
      assert.ok(end, 'the session ended');
      return end.fields as Events['session-closed'];
    },
    async stop() {
      anna.close();
      for (const socket of sockets) socket.destroy();
      front.close();
      await Promise.all([proxy.stop(), sink.stop(), dovecot.stop()]);
    },
  };
}

function passTo(port: number, socket: net.Socket): void {
  const dovecot = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  dovecot.on('error', () => socket.destroy());
  socket.on('error', () => dovecot.destroy()).on('close', () => dovecot.destroy());
  dovecot.pipe(socket).pipe(dovecot);
}

/** What the counters of the proxy show whose names and labels begin so, together. */
export async function counted(proxy: RunningProxy, series: string): Promise<number> {
  const lines = (await proxy.metrics()).split('\n');
  const found = lines.filter((each) => each.startsWith(`imap_send_proxy_${series}`));
  return found.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** How a session ended is in the log and in the counters, and no fault of ours was needed for it. */
export async function expectEnd(
  setting: HostileSetting,
  ends: readonly [side: Events['session-closed']['side'], cause: RegExp],
  act: () => Promise<void>,
): Promise<void> {
  const [side, cause] = ends;
  const violation = /^\^desync ([\w-]+)/.exec(cause.source)?.[1];
  const series = [
    `sessions_closed_total{side="${side}"`,
    ...(violation === undefined ? [] : [`desyncs_total{side="${side}",cause="${violation}"}`]),
  ];
  const before = await Promise.all(series.map((each) => counted(setting.proxy, each)));
  const end = await setting.endOf(act);
  assert.match(`${end.side} ${end.cause}`, new RegExp(`^${side} ${cause.source.replace(/^\^/, '')}`));
  const after = await Promise.all(series.map((each) => counted(setting.proxy, each)));
  assert.deepEqual(
    after,
    before.map((count) => count + 1),
  );
  assert.equal(await counted(setting.proxy, 'internal_errors_total'), 0);
}

export const openFiles = (pid: number | 'self' = 'self'): number => readdirSync(`/proc/${pid}/fd`).length;

/** Sockets take a moment to go; a connection to the submission server that was kept may be gone, too. */
export async function noMoreOpenFiles(than: number, pid: number | 'self' = 'self'): Promise<void> {
  for (let tries = 0; tries < 1_000 && openFiles(pid) > than; tries++) await delay(20);
  assert.ok(openFiles(pid) <= than, `${openFiles(pid)} instead of ${than}`);
}
