import { type Check, Readiness } from './admin/readiness.js';
import type { Config, Server } from './config/config.js';
import { connectRedis, type RedisConnection } from './ledger/redis-connection.js';
import { submissionServer, upstreamOptions } from './proxy-connections.js';
import { probeUpstream } from './relay/probe.js';
import { probeSubmission } from './send/smtp/probe.js';

export interface Probes {
  readonly readiness: Readiness;
  close(): void;
}

/** Milliseconds for a look at a server. */
const DEADLINE_MS = 3_000;

/** Looks at the servers behind us, as a client's session would find them. */
export function createProbes(config: Config): Probes {
  const { state, clientAddress } = config;
  let redis: RedisConnection | undefined;
  const checks: Check[] = [
    {
      name: 'upstream',
      required: true,
      probe: (signal) => probeUpstream(upstreamOptions(config), clientAddress, signal),
    },
    {
      name: 'submission',
      required: true,
      probe: () => probeSubmission(submissionServer(config), DEADLINE_MS),
    },
  ];
  if (state.kind === 'redis') {
    const { target } = state;
    checks.push({
      name: 'redis',
      // Sending goes on without it; and all instances would be unready at the same time, so that nobody got at mail.
      required: false,
      async probe() {
        redis ??= connectRedis({ target });
        await redis.run((client) => client.ping());
        return { ok: true, detail: 'answers PING' };
      },
    });
  }
  return {
    readiness: new Readiness({ checks, deadlineMs: DEADLINE_MS }),
    close: () => redis?.close(),
  };
}

export function urlOf(scheme: 'imap' | 'smtp', { host, port, tls }: Server): string {
  return `${scheme}${tls.mode === 'implicit' ? 's' : ''}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
