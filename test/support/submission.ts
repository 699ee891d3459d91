import type { TestContext } from 'node:test';
import type { Outcome } from '../../src/outcome.js';
import { forServer } from '../../src/send/message/envelope.js';
import type { Message } from '../../src/send/message.js';
import { createSubmitter, type SubmitterOptions } from '../../src/send/smtp/submitter.js';
import type { SubmissionIdentity, Submitter } from '../../src/send/submitter.js';
import { faulty, type Script, type SmtpPeer, startPeer } from './smtp-peer.js';

/** A message as the send engine would hand it over: CRLF line ends, no Bcc, no dot-stuffing. */
export function textMessage(content: string, properties: Partial<Message> = {}): Message {
  const octets = Buffer.from(content, 'latin1');
  return {
    envelope: { from: 'alice@example.org', to: ['bob@example.net', 'carol@example.com'] },
    size: octets.length,
    eightBit: octets.some((octet) => octet > 0x7f),
    utf8Header: false,
    open: () => inPieces([octets]),
    ...properties,
  };
}

export async function* inPieces(pieces: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* pieces;
}

/** To a server on the loopback, without TLS. */
export function submitterTo(port: number, options: Partial<SubmitterOptions> = {}): Submitter {
  return createSubmitter({
    server: { host: '127.0.0.1', port, tls: 'never', insecure: false },
    name: 'proxy.test',
    forServer,
    ...options,
  });
}

export interface SubmissionBench {
  readonly peer: SmtpPeer;
  readonly submitter: Submitter;
  submit(message: Message, handover?: () => Promise<void>, identity?: SubmissionIdentity): Promise<Outcome>;
}

/** A peer that offers `extensions` and fails as `fault` says, and a submitter that uses it, both until the test ends. */
export async function submissionBench(
  test: TestContext,
  extensions: readonly string[],
  fault: Script = () => undefined,
  options: Partial<SubmitterOptions> = {},
): Promise<SubmissionBench> {
  const peer = await startPeer(faulty(extensions, fault));
  const submitter = submitterTo(peer.port, options);
  test.after(async () => {
    await submitter.close();
    await peer.close();
  });
  return {
    peer,
    submitter,
    submit: (message, handover = async () => {}, identity = { kind: 'none' }) =>
      submitter.submit(identity, message, handover),
  };
}
