import { forServer } from '../../src/send/envelope.js';
import type { Message } from '../../src/send/message.js';
import { createSubmitter, type SubmitterOptions } from '../../src/send/smtp-submitter.js';
import type { Submitter } from '../../src/send/submitter.js';

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
