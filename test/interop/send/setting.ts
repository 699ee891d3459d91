import { after, before, describe } from 'node:test';
import { startCyrus } from '../../support/cyrus.js';
import { startDovecot } from '../../support/dovecot.js';
import { type RunningProxy, startProxy } from '../../support/proxy.js';
import type { Service } from '../../support/service.js';
import { type Sink, type SinkOptions, startSink } from '../../support/sink.js';
import { Wire } from '../../support/wire.js';

/** The account that all servers of the tests have by default. */
export const user = 'anna@example.org';
export const password = 'anna secret';

/** A real IMAP server, a submission server that keeps what it gets, and the proxy between. */
export interface Setting {
  readonly sink: Sink;
  readonly proxy: RunningProxy;
  /** A session through the proxy, logged in. */
  client(): Promise<Wire>;
  /** A session without the proxy, logged in. */
  elsewhere(): Promise<Wire>;
}

/** Runs the tests that `define` defines against each IMAP server. The setting is there while they run. */
export function onEachUpstream(
  title: string,
  options: SinkOptions,
  define: (setting: () => Setting, upstream: 'Dovecot' | 'Cyrus') => void,
): void {
  for (const [upstream, start] of [
    ['Dovecot', startDovecot],
    ['Cyrus', startCyrus],
  ] as const) {
    describe(`${title}, with ${upstream}`, () => {
      let running: Setting & { stop(): Promise<void> };
      before(async () => {
        running = await startSetting(start, options);
      });
      after(() => running.stop());
      define(() => running, upstream);
    });
  }
}

async function startSetting(
  start: () => Promise<Service>,
  options: SinkOptions,
): Promise<Setting & { stop(): Promise<void> }> {
  const server = await start();
  const sink = await startSink({ users: { [user]: password }, ...options });
  const proxy = await startProxy({
    upstream: `imap://127.0.0.1:${server.port}`,
    submission: `smtp://127.0.0.1:${sink.port}`,
  });
  const wires: Wire[] = [];
  const logIn = async (port: number): Promise<Wire> => {
    const wire = await Wire.connect(port);
    wires.push(wire);
    await wire.line();
    await wire.command('login', `LOGIN ${user} "${password}"`);
    return wire;
  };
  return {
    sink,
    proxy,
    client: () => logIn(proxy.port),
    elsewhere: () => logIn(server.port),
    stop: async () => {
      for (const wire of wires) wire.close();
      await proxy.stop();
      await sink.stop();
      await server.stop();
    },
  };
}
