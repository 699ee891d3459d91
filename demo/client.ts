import { ImapFlow } from 'imapflow';
import { PASSWORD, USER } from './scenario.js';

/** What imapflow has for extensions that it does not know: not in its types, but what its own commands are made of. */
interface CommandChannel {
  /** The last tag, which imapflow writes in hexadecimal. */
  tagCounter: number;
  exec(
    command: string,
    attributes: readonly { readonly type: 'SEQUENCE'; readonly value: string }[],
  ): Promise<{ next(): void }>;
}

/**
 * Logs in, selects INBOX and says `A003 SEND 1:3`, as a mail program would.
 * @returns the lines on the wire, octet for octet but for the password, each with `C: ` or `S: ` before it
 */
export async function sendAll(port: number): Promise<string[]> {
  const wire = new WireRecord();
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: false,
    auth: { user: USER, pass: PASSWORD },
    disableAutoIdle: true,
    logRaw: true,
    logger: wire.logger,
  });
  await client.connect();
  try {
    await client.mailboxOpen('INBOX');
    const channel = client as unknown as CommandChannel;
    channel.tagCounter = 0xa002;
    // NO and BAD reject; they are on the wire all the same.
    const answer = await channel.exec('SEND', [{ type: 'SEQUENCE', value: '1:3' }]).catch(() => undefined);
    answer?.next();
  } finally {
    await client.logout();
  }
  return wire.lines;
}

/** What imapflow logs of a chunk that it wrote (`c`) or read (`s`); a password is replaced. */
interface RawLog {
  readonly src: 'c' | 's';
  /** In base64. */
  readonly data?: string;
}

class WireRecord {
  readonly lines: string[] = [];
  readonly #unfinished = { c: '', s: '' };

  readonly logger = {
    trace: ({ src, data }: RawLog): void => {
      if (data !== undefined) this.#add(src, Buffer.from(data, 'base64').toString('latin1'));
    },
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: () => {},
  };

  #add(side: 'c' | 's', text: string): void {
    const lines = (this.#unfinished[side] + text).split('\r\n');
    this.#unfinished[side] = lines.pop() as string;
    for (const line of lines) this.lines.push(`${side.toUpperCase()}: ${line}`);
  }
}
