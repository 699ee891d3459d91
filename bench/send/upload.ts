import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { figure, type Result } from '../result.js';
import { ENVELOPE, message } from './jobs.js';
import type { World } from './world.js';

/** What imapflow has for commands that it does not know; its types hide it. */
interface CommandChannel {
  exec(
    command: string,
    attributes: readonly { readonly type: 'SEQUENCE'; readonly value: string }[],
  ): Promise<{ next(): void }>;
}

const OCTETS = 10_000_000;

/** What a client uploads to send a message and keep it in Sent, counted on the wire. */
export async function uploaded({ dovecot, proxyPort, smtpPort }: World): Promise<Result> {
  const raw = message(OCTETS, 1);
  const auth = { user: dovecot.user, pass: dovecot.password };
  const append = async (port: number, thenSend: boolean): Promise<void> => {
    const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, auth, logger: false });
    await client.connect();
    await client.mailboxOpen('Sent');
    const appended = await client.append('Sent', raw, ['\\Seen']);
    if (!appended || appended.uid === undefined) throw new Error('APPEND failed');
    if (thenSend) {
      const channel = client as unknown as CommandChannel;
      // Throws at NO, which is what one message that was refused comes to.
      (await channel.exec('UID SEND', [{ type: 'SEQUENCE', value: String(appended.uid) }])).next();
    }
    await client.logout();
  };
  const withSend = await counted(proxyPort, (port) => append(port, true));
  const bySmtp = await counted(smtpPort, async (port) => {
    const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
    await transport.sendMail({ envelope: ENVELOPE, raw });
  });
  const byImap = await counted(dovecot.port, (port) => append(port, false));
  const megabytes = (octets: number) => figure([{ figure: octets / 1e6 }]);
  return {
    id: 'send-upload',
    title: 'uploaded, to send and keep 10 MB',
    unit: 'MB',
    figures: { 'APPEND, SEND': megabytes(withSend), 'SMTP, APPEND': megabytes(bySmtp + byImap) },
  };
}

/** Octets that clients send to `target` while `act` connects to the port that it is given instead. */
async function counted(target: number, act: (port: number) => Promise<void>): Promise<number> {
  let octets = 0;
  const sockets: net.Socket[] = [];
  const server = net.createServer((client) => {
    const upstream = net.connect(target, '127.0.0.1');
    sockets.push(client, upstream);
    client.on('data', (chunk) => {
      octets += chunk.length;
    });
    client.on('error', () => {}).pipe(upstream);
    upstream.on('error', () => {}).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await act((server.address() as AddressInfo).port);
  for (const socket of sockets) socket.destroy();
  await once(server.close(), 'close');
  return octets;
}
