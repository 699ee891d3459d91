import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Dovecot, startDovecot } from '../support/dovecot.js';
import { type RunningProcess, startProcess } from '../support/process.js';
import { type Redis, startRedis } from '../support/redis.js';
import { scratchDirectory } from '../support/scratch.js';
import type { Random } from './random.js';

/** Milliseconds after which the claims of a killed proxy end. */
const LEASE_MS = 1_500;

export interface Delivery {
  readonly recipients: readonly string[];
  readonly sha256: string;
}

/** Everything that can be killed, and what came out of it. */
export interface World {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** SHA-256 of each message's content, by UID. */
  readonly digests: ReadonlyMap<number, string>;
  /** How often the proxy was killed. */
  readonly generation: number;
  killProxy(): Promise<void>;
  killUpstreamSessions(): void;
  killSubmissionServer(): Promise<void>;
  killRedis(): Promise<void>;
  deliveries(): Delivery[];
  stop(): Promise<void>;
}

export const recipientOf = (uid: number): string => `to-${uid}@example.org`;

export async function createWorld(messages: number, random: Random): Promise<World> {
  const files = scratchDirectory('kill');
  const journal = join(files.path, 'journal');
  const proxyLog = join(files.path, 'proxy.log');
  await writeFile(journal, '');
  // What Redis acknowledged has to outlive it.
  const redis = await startRedis({ extra: 'appendonly yes\nappendfsync always' });
  const dovecot = await startDovecot();
  const digests = await fillMailbox(dovecot, messages, random);
  const [proxyPort, submissionPort] = [await quietPort(random), await quietPort(random)];
  const flags = {
    listen: [`imap://127.0.0.1:${proxyPort}`],
    upstream: `imap://127.0.0.1:${dovecot.port}`,
    submission: `smtp://127.0.0.1:${submissionPort}`,
    'submission-auth': 'none',
    'sender-policy': 'submission',
    state: redis.url,
    'spool-dir': files.path,
  };
  const start = (name: string, file: string, args: string[], port: number): Promise<RunningProcess> =>
    startProcess({
      name,
      command: process.execPath,
      args: [fileURLToPath(new URL(file, import.meta.url)), ...args],
      logFile: join(files.path, `${name}.log`),
      ports: [port],
    });
  const startServer = () =>
    start('submission', './submission-server.js', [`${submissionPort}`, journal], submissionPort);
  const startProxy = () =>
    start('proxy', './proxy-process.js', [JSON.stringify(flags), `${LEASE_MS}`], proxyPort);
  let generation = 0;
  let server = await startServer();
  let proxy = await startProxy();
  return {
    port: proxyPort,
    user: dovecot.user,
    password: dovecot.password,
    digests,
    get generation() {
      return generation;
    },
    async killProxy() {
      generation++;
      await proxy.kill();
      proxy = await startProxy();
    },
    killUpstreamSessions: () => {
      for (const pid of childrenOf(dovecot.pid, 'imap')) kill(pid);
    },
    async killSubmissionServer() {
      await server.kill();
      await delay(50);
      server = await startServer();
    },
    async killRedis() {
      await redis.kill();
      await delay(200);
      await redis.restart();
      await restored(proxyLog);
    },
    deliveries: () =>
      readFileSync(journal, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Delivery),
    async stop() {
      await Promise.all([proxy.kill(), server.kill(), stopAll(dovecot, redis)]);
      await files.remove();
    },
  };
}

const stopAll = async (dovecot: Dovecot, redis: Redis): Promise<void> => {
  await Promise.all([dovecot.stop(), redis.stop()]);
};

async function fillMailbox(dovecot: Dovecot, count: number, random: Random): Promise<Map<number, string>> {
  const digests = new Map<number, string>();
  for (let uid = 1; uid <= count; uid++) {
    // Some fit in one write of the socket, some go through the spool's file.
    const lines = random.pick([
      [60, random.below(20)],
      [35, random.below(2_000)],
      [5, 15_000 + random.below(10_000)],
    ] as const);
    const body = Array.from({ length: lines }, (_, line) => `.${line} ${'x'.repeat(line % 70)}\r\n`).join('');
    const message = `From: ${dovecot.user}\r\nTo: ${recipientOf(uid)}\r\nMessage-ID: <${uid}@kill.test>\r\n\r\n${body}`;
    digests.set(uid, createHash('sha256').update(message).digest('hex'));
    await dovecot.deliver(dovecot.user, 'INBOX', message);
  }
  return digests;
}

/**
 * A free port that the system gives to nobody of its own accord: a client that tries again and again to reach a server that
 * was killed would at last be given that very port, and be connected to itself.
 */
async function quietPort(random: Random): Promise<number> {
  for (;;) {
    const port = 20_000 + ((random.below(10_000) + process.pid) % 10_000);
    const server = createServer();
    const bound = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!bound) continue;
    await once(server.close(), 'close');
    return port;
  }
}

/** A new failure may only come when the last one is over: two at once are beyond what is promised. */
async function restored(proxyLog: string): Promise<void> {
  const count = (event: string): number => readFileSync(proxyLog, 'utf8').split(`"event":"${event}"`).length;
  for (let tries = 0; tries < 1_000; tries++) {
    if (count('ledger-restored') >= count('ledger-degraded')) return;
    await delay(10);
  }
  throw new Error('the proxy does not come back to Redis');
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself a moment ago.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Process numbers of the children of `parent` that run a program of that name. */
function childrenOf(parent: number, program: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const [, name, , ppid] =
          /^\d+ \((.*)\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        return name === program && Number(ppid) === parent;
      } catch {
        return false;
      }
    });
}
