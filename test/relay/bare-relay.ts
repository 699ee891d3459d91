import { loadConfig } from '../../src/config/load.js';
import type { AdmissionLimits } from '../../src/relay/admission.js';
import type { TakenCommandHandler } from '../../src/relay/handler.js';
import { type ListenerOptions, Relay, type RelayOptions } from '../../src/relay/listener.js';
import { Reception, type ReceptionOptions } from '../../src/relay/reception.js';
import { deadlinesFrom, type SessionDeadlines } from '../../src/relay/session-deadlines.js';
import type { UpstreamOptions } from '../../src/relay/upstream.js';
import { dial, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { type Recorded, recordingLog } from './recorded.js';

export interface BareRelay {
  readonly port: number;
  readonly logged: readonly Recorded[];
  drain(milliseconds: number): Promise<void>;
}

export interface BareRelayOptions {
  readonly upstream: Pick<UpstreamOptions, 'port'> & Partial<UpstreamOptions>;
  readonly limits?: Partial<AdmissionLimits>;
  readonly deadlines?: Partial<SessionDeadlines>;
  readonly handler?: TakenCommandHandler;
  readonly tls?: ListenerOptions['tls'];
  readonly trustedProxies?: ReceptionOptions['trustedProxies'];
  readonly announcement?: RelayOptions['announcement'];
}

const refuse: TakenCommandHandler = { run: async () => ({ answer: { status: 'NO', text: 'not here' } }) };

/** A relay on the loopback with what `serve` does not let one choose: its deadlines, and who carries out SEND. */
export async function startRelay(options: BareRelayOptions): Promise<BareRelay> {
  const { log, logged } = recordingLog();
  const deadlines = { ...deadlinesFrom(loadConfig({}, {}).timeouts), sweepMs: 10, ...options.deadlines };
  const relay = new Relay({
    upstream: {
      host: '127.0.0.1',
      tls: { mode: 'none' },
      dialMs: 10_000,
      greetingMs: 10_000,
      ...options.upstream,
    },
    handler: options.handler ?? refuse,
    deadlines,
    ...(options.announcement && { announcement: options.announcement }),
    log,
  });
  const reception = new Reception({
    limits: { maxSessions: 100, maxSessionsPerIp: 100, maxUnauthenticated: 100, ...options.limits },
    trustedProxies: options.trustedProxies ?? [],
    headerMs: deadlines.handshakeMs,
    log,
    serve: (arrival) => relay.serve(arrival),
  });
  const tls = options.tls ?? { mode: 'none' };
  const gate = { startTls: tls.mode === 'starttls', allowCleartextLogin: true, replayLogin: false };
  const url = await reception.listen({ host: '127.0.0.1', port: 0, gate, tls });
  const drain = async (milliseconds: number): Promise<void> => {
    await Promise.all([reception.close(), relay.drain(milliseconds)]);
  };
  return { port: Number(new URL(url).port), logged, drain };
}

/** One session of such a relay, whose client and upstream do what the test says. */
export interface Relayed {
  readonly relay: BareRelay;
  readonly client: PeerConnection;
  readonly upstream: PeerConnection;
}

export async function relayed(
  t: { after(cleanUp: () => Promise<void>): void },
  options: Omit<BareRelayOptions, 'upstream'>,
  dialling: Partial<BareRelayOptions['upstream']> = {},
): Promise<Relayed> {
  const peer = await startImapPeer();
  const relay = await startRelay({ upstream: { ...dialling, port: peer.port }, ...options });
  const client = await dial(relay.port);
  t.after(async () => {
    client.reset();
    await peer.close();
    await relay.drain(0);
  });
  return { relay, client, upstream: await peer.accept() };
}
