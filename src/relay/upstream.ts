import net from 'node:net';
import { readResponseHead } from '../imap/response.js';
import { identify, takesId } from './identify.js';
import { Leg } from './leg.js';
import { dialogueWith, type LineDialogue } from './line-dialogue.js';
import { TimeoutError } from './timeout-error.js';
import { startTls, type TlsClientOptions } from './tls.js';
import type { Visit } from './visit.js';

/** How upstream is reached. */
export interface UpstreamOptions {
  readonly host: string;
  readonly port: number;
  readonly tls:
    | { readonly mode: 'none' }
    | ({ readonly mode: 'implicit' } & TlsClientOptions)
    /** `required`: without STARTTLS there is no session. */
    | ({ readonly mode: 'starttls'; readonly required: boolean } & TlsClientOptions);
  /** For the connection, and once more for TLS, in milliseconds. */
  readonly dialMs: number;
  /** For greeting and answers that are read here, to STARTTLS and ID, in milliseconds; once more for those under TLS. */
  readonly greetingMs: number;
  /** Goes out before all else, also before TLS: a PROXY header. */
  readonly preface?: Buffer;
  /** Parameters of an ID command that goes out before any command of the client. */
  readonly id?: string;
}

type DialPhase = 'connect' | 'greeting' | 'tls' | 'id';

export type Dialed =
  | {
      readonly kind: 'connected';
      readonly leg: Leg;
      /** What upstream sent first, when it was read to agree on TLS or for ID. */
      readonly greeting: Buffer;
    }
  | {
      readonly kind: 'failed';
      readonly phase: DialPhase;
      readonly cause: string;
      /** A deadline passed. */
      readonly timedOut?: true;
    };

const NOTHING = Buffer.alloc(0);

/** Connects to upstream, unless the visit is dismissed. Never rejects for what a server or the network does. */
export async function dialUpstream(options: UpstreamOptions, visit: Visit): Promise<Dialed> {
  let phase: DialPhase = 'connect';
  const { host, port } = options;
  // Paused: it is not read before somebody is there who hears of it.
  const socket = net.connect({ host, port, allowHalfOpen: true, noDelay: true }).pause();
  const giveUp = (): void => void socket.destroy();
  const ready = async (dialogue: LineDialogue, greeting: Buffer): Promise<Dialed> => {
    phase = 'id';
    const said = options.id !== undefined && takesId(greeting) ? await identify(dialogue, options.id) : [];
    const { socket: agreed, rest } = dialogue.leave();
    return { kind: 'connected', leg: new Leg(agreed), greeting: Buffer.concat([greeting, ...said, rest]) };
  };
  /** The greeting is read only where something depends on it: the sooner the relay begins, the less waits. */
  const greeted = async (open: net.Socket): Promise<Dialed> => {
    if (options.id === undefined) return { kind: 'connected', leg: new Leg(open), greeting: NOTHING };
    phase = 'greeting';
    const dialogue = dialogueWith(open, Date.now() + options.greetingMs);
    return await ready(dialogue, await dialogue.line());
  };
  visit.whenDismissed(giveUp);
  try {
    if (visit.dismissal !== undefined) giveUp();
    await connected(socket, options.dialMs);
    // In one segment: Dovecot takes no header in pieces.
    if (options.preface !== undefined) socket.write(options.preface);
    switch (options.tls.mode) {
      case 'none':
        return await greeted(socket);
      case 'implicit': {
        phase = 'tls';
        return await greeted(await startTls(socket, options.tls, options.dialMs));
      }
      case 'starttls': {
        phase = 'greeting';
        const dialogue = dialogueWith(socket, Date.now() + options.greetingMs);
        const offer = await readOffer(dialogue);
        if (!offer.startTls) {
          if (options.tls.required) throw new Error('upstream does not offer STARTTLS');
          return await ready(dialogue, offer.greeting);
        }
        phase = 'tls';
        const { inside, greeting } = await upgrade(dialogue, options.tls, options);
        return await ready(inside, greeting);
      }
    }
  } catch (error) {
    socket.destroy();
    const cause = (error as Error).message;
    if (!(error instanceof TimeoutError)) return { kind: 'failed', phase, cause };
    // The lines around a handshake have the deadline of the greeting.
    return { kind: 'failed', phase: phase === 'tls' ? error.phase : phase, cause, timedOut: true };
  } finally {
    visit.whenDismissed(undefined);
  }
}

function connected(socket: net.Socket, dialMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => socket.destroy(new TimeoutError('connect', 'connection timed out')),
      dialMs,
    );
    const settle = (): void => {
      clearTimeout(timer);
      socket.removeListener('error', fail).removeListener('close', closed).removeListener('connect', done);
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    const closed = (): void => fail(new Error('given up'));
    const done = (): void => {
      settle();
      resolve();
    };
    socket.once('error', fail).once('close', closed).once('connect', done);
  });
}

/** Reads the greeting and whether STARTTLS is offered, in it or when asked. */
async function readOffer(dialogue: LineDialogue): Promise<{ greeting: Buffer; startTls: boolean }> {
  const greeting = await dialogue.line();
  const head = readResponseHead(greeting, 0);
  // A PREAUTH connection cannot be protected any more (RFC 9051 §7.1.4), a stripped one would look just like it.
  if (head.kind !== 'status' || head.status !== 'OK') {
    throw new Error(`upstream greets with ${head.kind === 'status' ? head.status : 'no IMAP response'}`);
  }
  const list = head.capability ? greeting : await askCapabilities(dialogue, 'P1');
  return { greeting, startTls: / STARTTLS[\] \r]/i.test(list.toString('latin1')) };
}

/**
 * STARTTLS (RFC 9051 §6.2.1). What was said before it does not count any more: an attacker may have said it. So the
 * client gets a greeting of ours, with the capabilities that upstream names under TLS.
 */
async function upgrade(
  dialogue: LineDialogue,
  tls: TlsClientOptions,
  { dialMs, greetingMs }: UpstreamOptions,
): Promise<{ inside: LineDialogue; greeting: Buffer }> {
  dialogue.send('P2 STARTTLS\r\n');
  const answer = (await dialogue.answer('P2')).at(-1) as Buffer;
  if (!/^P2 OK\b/i.test(answer.toString('latin1'))) throw new Error('upstream refuses STARTTLS');
  const secured = await startTls(dialogue.release(), tls, dialMs);
  const inside = dialogueWith(secured, Date.now() + greetingMs);
  const list = await askCapabilities(inside, 'P3');
  const tokens = /^\* CAPABILITY ([^\r\n]*)/i.exec(list.toString('latin1'))?.[1] ?? 'IMAP4rev1';
  const greeting = Buffer.from(`* OK [CAPABILITY ${tokens.replaceAll(']', '')}] IMAP ready\r\n`, 'latin1');
  return { inside, greeting };
}

async function askCapabilities(dialogue: LineDialogue, tag: string): Promise<Buffer> {
  dialogue.send(`${tag} CAPABILITY\r\n`);
  const lines = await dialogue.answer(tag);
  return lines.find((line) => /^\* CAPABILITY /i.test(line.toString('latin1'))) ?? NOTHING;
}
