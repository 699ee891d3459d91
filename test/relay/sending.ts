import { setTimeout as delay } from 'node:timers/promises';
import type { PeerConnection } from '../support/imap-peer.js';
import type { ReceivedMessage } from '../support/sink.js';

/** A message that the sink takes, and its subject to know it again. */
export const message = (subject: string): string =>
  `From: anna@example.org\r\nTo: bob@example.net\r\nSubject: ${subject}\r\n\r\nHello\r\n`;

export const subjectsOf = (messages: readonly ReceivedMessage[]): readonly string[] =>
  messages.map(({ content }) => /^Subject: (.*)\r$/m.exec(content.toString())?.[1] ?? '');

/** Answers the proxy's question which messages `set` stands for: message n has the UID 10 + n. */
export async function answerListing(
  upstream: PeerConnection,
  set: string,
  messages: readonly string[],
): Promise<void> {
  const [, tag] = await upstream.expectLine(/^(P\w+) FETCH (\S+) \(UID RFC822\.SIZE\)\r\n$/).then((found) => {
    if (found[2] !== set) throw new Error(`${found[2]} is listed instead of ${set}`);
    return found;
  });
  const lines = messages.map((text, i) => `* ${i + 1} FETCH (UID ${11 + i} RFC822.SIZE ${text.length})\r\n`);
  await upstream.send(`${lines.join('')}${tag} OK done\r\n`);
}

/** Answers the proxy's FETCH of a message, with the first `octets` of the answer's body or with all of it. */
export async function answerBody(
  upstream: PeerConnection,
  sequence: number,
  text: string,
  octets = text.length,
): Promise<{ finish(): Promise<void> }> {
  const [, tag] = await upstream.expectLine(
    new RegExp(`^(P\\w+) FETCH ${sequence} \\(UID BODY\\.PEEK\\[\\]\\)\r\n$`),
  );
  await upstream.send(
    `* ${sequence} FETCH (UID ${10 + sequence} BODY[] {${text.length}}\r\n${text.slice(0, octets)}`,
  );
  const finish = () => upstream.send(`${text.slice(octets)})\r\n${tag} OK done\r\n`);
  if (octets === text.length) await finish();
  return { finish };
}

/** What was sent on the loopback before has been read by then. */
export const settled = (): Promise<void> => delay(25);

/** Something that a test opens when it is time. */
export interface Barrier {
  /** Resolves when somebody waits. */
  readonly reached: Promise<void>;
  wait(): Promise<undefined>;
  open(): void;
}

export function barrier(): Barrier {
  let open = (): void => {};
  let arrive = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  return {
    reached,
    wait: async () => {
      arrive();
      await opened;
      return undefined;
    },
    open,
  };
}
