import { once } from 'node:events';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisTarget } from './redis-url.js';

/** Redis could not be asked, or did not answer in time. Whether it did what was asked is not known. */
export class RedisUnavailableError extends Error {
  readonly code = 'REDIS_UNAVAILABLE';
}

/** What all kinds of servers offer. */
export type RedisCommands = Pick<Redis, 'del' | 'eval' | 'exists' | 'pexpire' | 'ping' | 'pttl' | 'set'>;

export interface RedisConnection {
  /** For libraries that bring their own commands. */
  readonly client: Redis | Cluster;
  /** Waits for the connection if there is none. @throws RedisUnavailableError */
  run<T>(command: (client: RedisCommands) => Promise<T>): Promise<T>;
  /** `listener` is called each time a connection ends that `close` did not end. */
  onLost(listener: (error: RedisUnavailableError) => void): void;
  close(): void;
}

export interface RedisConnectionOptions {
  readonly target: RedisTarget;
  /** PEM certificates that are trusted instead of the system's. */
  readonly ca?: string | Buffer;
  /** Milliseconds for each command, and before it for being connected; default 2 seconds. */
  readonly deadlineMs?: number;
  /** Told of each command that `run` carried out, or not. */
  readonly took?: (seconds: number, failed: boolean) => void;
}

/** Begins to connect and goes on trying until it is closed. */
export function connectRedis(options: RedisConnectionOptions): RedisConnection {
  const { target, ca, deadlineMs = 2000, took } = options;
  const client = createClient(target, ca, deadlineMs);
  const secrets = [target.password, target.kind === 'sentinel' ? target.sentinelPassword : undefined];
  const listeners = new Set<(error: RedisUnavailableError) => void>();
  let closed = false;
  let lastError: unknown;

  const unavailable = (error: unknown) => {
    // The error itself is not kept: it carries the command with its arguments, for AUTH the password.
    let text = reasonOf(error);
    for (const secret of secrets)
      if (secret !== undefined) text = text.replaceAll(secret.reveal(), '[secret]');
    return new RedisUnavailableError(`Redis: ${text}`);
  };

  client.setMaxListeners(0);
  client.on('error', (error: unknown) => {
    lastError = error;
  });
  client.on('ready', () => {
    lastError = undefined;
  });
  client.on('close', () => {
    if (closed) return;
    const error = unavailable(lastError ?? new Error('the connection was lost'));
    for (const listener of listeners) listener(error);
  });

  return {
    client,
    async run(command) {
      const since = performance.now();
      let failed = true;
      try {
        if (closed) throw new Error('the connection is closed');
        if (client.status !== 'ready')
          await once(client, 'ready', { signal: AbortSignal.timeout(deadlineMs) });
        const result = await command(client);
        failed = false;
        return result;
      } catch (error) {
        throw unavailable(error);
      } finally {
        took?.((performance.now() - since) / 1000, failed);
      }
    },
    onLost: (listener) => {
      listeners.add(listener);
    },
    close() {
      closed = true;
      client.disconnect();
    },
  };
}

function createClient(
  target: RedisTarget,
  ca: string | Buffer | undefined,
  deadlineMs: number,
): Redis | Cluster {
  // Said, not left to Node.js, whose environment can switch both off.
  const checks = { minVersion: 'TLSv1.2', rejectUnauthorized: true } as const;
  const tls = target.tls ? { tls: ca === undefined ? checks : { ...checks, ca } } : {};
  const options = {
    ...tls,
    ...(target.user !== undefined && { username: target.user }),
    ...(target.password !== undefined && { password: target.password.reveal() }),
    connectTimeout: deadlineMs,
    commandTimeout: deadlineMs,
    // A peer that answers nothing any more may be gone: then only a new connection helps.
    socketTimeout: 2 * deadlineMs,
    retryStrategy: reconnectDelay,
    // Waited for in full where the connection is closed already.
    disconnectTimeout: 200,
    // A command is sent once, now or not at all. Sent again, or later, it may meet a state it was not meant for.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // After a failover the old master refuses to write: look for the new one.
    reconnectOnError: (error) => error.message.includes('READONLY'),
  } satisfies RedisOptions;
  switch (target.kind) {
    case 'single':
      return new Redis({ ...options, ...target.node, db: target.db });
    case 'sentinel':
      return new Redis({
        ...options,
        sentinels: [...target.sentinels],
        name: target.master,
        db: target.db,
        sentinelCommandTimeout: deadlineMs,
        ...(target.sentinelUser !== undefined && { sentinelUsername: target.sentinelUser }),
        ...(target.sentinelPassword !== undefined && { sentinelPassword: target.sentinelPassword.reveal() }),
        ...(target.tls && { enableTLSForSentinelMode: true, sentinelTLS: tls.tls ?? {} }),
      });
    case 'cluster':
      return new Cluster([...target.nodes], {
        redisOptions: options,
        enableOfflineQueue: false,
        retryDelayOnFailover: 0,
        slotsRefreshTimeout: deadlineMs,
        clusterRetryStrategy: reconnectDelay,
        // Names as they are announced, not their addresses: certificates are made out to names.
        dnsLookup: (address, callback) => callback(null, address),
      });
  }
}

function reconnectDelay(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt, 5), 1000);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError') return 'not connected in time';
  if (error.name === 'MaxRetriesPerRequestError') return 'the connection was lost';
  // A host with several addresses fails with an AggregateError, which has a code and no message.
  return error.message || String((error as NodeJS.ErrnoException).code ?? error.name);
}
