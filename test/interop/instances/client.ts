import { certificates } from '../../support/certs.js';
import { dial, type PeerConnection } from '../../support/imap-peer.js';

/** Somebody with a mailbox. */
export interface Account {
  readonly user: string;
  readonly password: string;
}

/** A session through HAProxy, over TLS, logged in, with its INBOX selected. */
export interface Client {
  /** That the instances see. */
  readonly address: string;
  send(line: string): Promise<void>;
  /** Lines up to the tagged answer, of which those are given that are about SEND. */
  answer(tag: string): Promise<string[]>;
  command(tag: string, rest: string): Promise<string[]>;
  /** All lines up to the end of the stream. */
  rest(): Promise<string[]>;
  /** As when the network goes. */
  reset(): void;
  end(): void;
}

let clients = 0;

export async function connect(port: number, { user, password }: Account): Promise<Client> {
  const { ca } = await certificates();
  const address = `127.0.77.${++clients}`;
  const wire = await dial(port, { ca: ca.cert }, address);
  await wire.startTls();
  await line(wire, /^\* OK /);
  const answer = async (tag: string): Promise<string[]> => {
    for (const lines: string[] = []; ; ) {
      const text = await line(wire, /^.*/);
      const tagged = text.startsWith(`${tag} `);
      if (tagged || / SEND \(/.test(text)) lines.push(text);
      if (tagged) return lines;
    }
  };
  const client: Client = {
    address,
    send: (text) => wire.send(`${text}\r\n`),
    answer,
    async command(tag, rest) {
      await wire.send(`${tag} ${rest}\r\n`);
      return answer(tag);
    },
    async rest() {
      const lines: string[] = [];
      while (!wire.ended || wire.pending !== '') lines.push(await line(wire, /^.*/));
      return lines.filter((text) => text !== '');
    },
    reset: () => wire.reset(),
    end: () => wire.end(),
  };
  for (const command of [`LOGIN ${user} "${password}"`, 'SELECT INBOX']) {
    const [answered = ''] = await client.command('l', command);
    if (!answered.startsWith('l OK ')) throw new Error(`${command.slice(0, 6)}: ${answered}`);
  }
  return client;
}

async function line(wire: PeerConnection, expected: RegExp): Promise<string> {
  const { input } = await wire.expectLine(expected);
  return input.replace(/\r\n$/, '');
}
