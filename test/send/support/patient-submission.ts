import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface PatientOptions {
  /** Milliseconds for each reply, one after the other on a connection, the greeting included. Default 0. */
  readonly replyMs?: number;
  readonly pipelining?: boolean;
}

/** An SMTP server that accepts everything and keeps nothing. */
export interface PatientSubmission {
  readonly port: number;
  readonly connections: number;
  /** Messages, and the octets of all their contents, dots stuffed. */
  readonly accepted: { readonly messages: number; readonly octets: number };
  close(): Promise<void>;
}

const END = Buffer.from('\r\n.\r\n');

export async function startPatientSubmission(options: PatientOptions = {}): Promise<PatientSubmission> {
  const sockets = new Set<Socket>();
  const accepted = { messages: 0, octets: 0 };
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    void serve(socket, options, (octets) => {
      accepted.messages++;
      accepted.octets += octets;
    }).catch(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    accepted,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function serve(
  socket: Socket,
  { replyMs = 0, pipelining = false }: PatientOptions,
  accept: (octets: number) => void,
): Promise<void> {
  const reply = async (line: string): Promise<void> => {
    if (replyMs > 0) await delay(replyMs);
    socket.write(`${line}\r\n`);
  };
  await reply('220 patient.test');
  let commands = '';
  /** Octets of the content so far, and the last of them. */
  let content: { octets: number; tail: Buffer } | undefined;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    if (content !== undefined) {
      content.octets += chunk.length;
      content.tail = Buffer.concat([content.tail, chunk.subarray(-END.length)]).subarray(-END.length);
      if (!content.tail.equals(END)) continue;
      accept(content.octets - '.\r\n'.length);
      content = undefined;
      await reply('250 2.0.0 Ok');
      continue;
    }
    const lines = (commands + chunk.toString('latin1')).split('\r\n');
    commands = lines.pop() ?? '';
    for (const line of lines) {
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'DATA') content = { octets: 0, tail: Buffer.alloc(0) };
      if (verb === 'DATA') await reply('354 Go ahead');
      else if (verb === 'EHLO')
        await reply(pipelining ? '250-patient.test\r\n250 PIPELINING' : '250 patient.test');
      else if (verb === 'QUIT') socket.end('221 2.0.0 Bye\r\n');
      else await reply('250 2.0.0 Ok');
    }
  }
}
