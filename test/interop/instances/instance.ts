import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { certificates } from '../../support/certs.js';
import { onFreePorts } from '../../support/port.js';
import { scratchDirectory } from '../../support/scratch.js';
import { startService } from '../../support/service.js';
import type { Listeners } from './front.js';

const DEADLINE_MS = 60_000;

/** A proxy in a process of its own. */
export interface Instance extends Listeners {
  readonly pid: number;
  /** Of the client at that address a session was opened here. */
  serves(address: string): boolean;
  logged(event: string): boolean;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when it says that it stops. */
  terminate(): Promise<void>;
  /** Resolves when it has ended by itself, after `terminate`. */
  ended(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param leaseMs for how long the claims of one that was killed stand. The program as it is has the usual half minute,
 * which is too long for a test.
 */
export async function startInstance(
  flags: Readonly<Record<string, string>>,
  leaseMs?: number,
): Promise<Instance> {
  const { server } = await certificates();
  return onFreePorts(2, async (ports) => {
    const [imap = 0, imaps = 0] = ports;
    const files = scratchDirectory('instance');
    const all: Record<string, string | string[]> = {
      listen: [`imap://127.0.0.1:${imap}`, `imaps://127.0.0.1:${imaps}`],
      'tls-cert': server.certFile,
      'tls-key': server.keyFile,
      'accept-proxy-protocol': '127.0.0.1',
      'spool-dir': files.path,
      ...flags,
    };
    const logFile = join(files.path, 'log');
    const spec = { name: 'instance', command: process.execPath, args: command(all, leaseMs), logFile, ports };
    const service = await startService(spec, files);
    const events = () =>
      readFileSync(logFile, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line) as { readonly event: string; readonly address?: string });
    const logged = (event: string) => events().some((entry) => entry.event === event);
    return {
      imap,
      imaps,
      pid: service.pid,
      serves: (address) =>
        events().some(
          (entry) => entry.event === 'session-opened' && entry.address?.startsWith(`${address}:`),
        ),
      logged,
      kill: () => service.kill(),
      async terminate() {
        process.kill(service.pid, 'SIGTERM');
        await until('it stops', () => logged('stopping'));
      },
      ended: () => until('it has stopped', () => logged('stopped')),
      stop: () => service.stop(),
    };
  });
}

function command(flags: Record<string, string | string[]>, leaseMs: number | undefined): string[] {
  const path = (file: string) => fileURLToPath(new URL(`../../../${file}`, import.meta.url));
  if (leaseMs !== undefined) return [path('test/kill/proxy-process.js'), JSON.stringify(flags), `${leaseMs}`];
  const args = Object.entries(flags).flatMap(([key, value]) =>
    [value].flat().map((each) => `--${key}=${each}`),
  );
  return [path('src/cli/main.js'), 'serve', ...args];
}

export async function until(what: string, met: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await met())) {
    if (Date.now() > deadline) throw new Error(`not within ${DEADLINE_MS} ms: ${what}`);
    await delay(10);
  }
}
