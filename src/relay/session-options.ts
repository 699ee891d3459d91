import type net from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { GateOptions } from '../gate/session-state.js';
import type { Log } from '../log/logger.js';
import type { Meter } from '../metrics/meter.js';
import type { TakenCommandHandler } from './handler.js';

/** What a session is given beside its two connections. */
export interface SessionOptions {
  readonly id: string;
  /** Of the client. */
  readonly address: string;
  readonly port: number;
  /** URL of the listener. */
  readonly listener: string;
  /** The client has TLS, with a proxy in front of us that is trusted to say so. */
  readonly tlsInFront: boolean;
  readonly gate: GateOptions;
  readonly handler: TakenCommandHandler;
  readonly log: Log;
  readonly meter?: Meter | undefined;
  /** Starts TLS on the client's connection, when STARTTLS is offered. */
  readonly startTls?: (plain: net.Socket) => Promise<TLSSocket>;
  /** Somebody logged in, or out again. */
  readonly authenticated?: (authenticated: boolean) => void;
}
