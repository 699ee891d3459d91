import { type Dovecot, startDovecot } from '../../support/dovecot.js';
import { startRedis } from '../../support/redis.js';
import { type Sink, startSink } from '../../support/sink.js';
import { createStall, type Stall } from '../send/stalling-sink.js';
import { type Account, type Client, connect } from './client.js';
import { startFront } from './front.js';
import { type Instance, startInstance } from './instance.js';

/** Two instances with one Redis behind one HAProxy, in front of one Dovecot and one submission server. */
export interface Setting {
  readonly instances: readonly [Instance, Instance];
  readonly sink: Sink;
  /** Of the replies to RCPT, and of those to the final dot. */
  readonly stall: { readonly recipient: Stall; readonly message: Stall };
  /** An account of which nobody else knows, with so many messages in its INBOX. */
  account(messages: number): Promise<Account>;
  client(account: Account): Promise<Client>;
  /** One that HAProxy gave to that instance. */
  clientAt(instance: Instance, account: Account): Promise<Client>;
  stop(): Promise<void>;
}

const ACCOUNTS = Array.from({ length: 12 }, (_, n) => ({
  user: `user${n}@example.org`,
  password: `secret ${n}`,
}));

export async function startSetting(
  flags: Readonly<Record<string, string>>,
  leaseMs?: number,
): Promise<Setting> {
  // What was started when something else fails to has to end, or the test does not.
  const running: (() => void | Promise<void>)[] = [];
  const stop = async () => {
    for (const end of running.reverse()) await end();
  };
  try {
    return await begin(flags, leaseMs, running, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function begin(
  flags: Readonly<Record<string, string>>,
  leaseMs: number | undefined,
  running: (() => void | Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Setting> {
  const started = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const service = await starting;
    running.push(() => service.stop());
    return service;
  };
  const stall = { recipient: createStall(), message: createStall() };
  const dovecot = await started(startDovecot({ accounts: ACCOUNTS }));
  const redis = await started(startRedis({ extra: 'appendonly yes\nappendfsync always' }));
  const sink = await started(
    startSink({ onRecipient: () => stall.recipient.pass(), onMessage: () => stall.message.pass() }),
  );
  const all = {
    upstream: `imap://127.0.0.1:${dovecot.port}`,
    submission: `smtp://127.0.0.1:${sink.port}`,
    'submission-auth': 'none',
    state: redis.url,
    ...flags,
  };
  const instances = [
    await started(startInstance(all, leaseMs)),
    await started(startInstance(all, leaseMs)),
  ] as const;
  const front = await started(startFront(instances));
  const accounts = ACCOUNTS.values();
  const client = async (account: Account): Promise<Client> => {
    const connected = await connect(front.port, account);
    running.push(() => connected.reset());
    return connected;
  };
  return {
    instances,
    sink,
    stall,
    account: async (messages) => {
      const { value } = accounts.next();
      if (value === undefined) throw new Error('too few accounts');
      await fill(dovecot, value, messages);
      return value;
    },
    client,
    async clientAt(instance, account) {
      // The ones that came to the other instance stay, so that with leastconn the next goes elsewhere.
      for (let tries = 0; tries < 20; tries++) {
        const connected = await client(account);
        if (instance.serves(connected.address)) return connected;
      }
      throw new Error('HAProxy always chooses the other instance');
    },
    stop,
  };
}

async function fill(dovecot: Dovecot, { user }: Account, messages: number): Promise<void> {
  for (let n = 1; n <= messages; n++) {
    const header = `From: ${user}\r\nTo: r${n}@example.net\r\nMessage-ID: <${n}.${user}>\r\n`;
    await dovecot.deliver(user, 'INBOX', `${header}\r\nhello ${n}\r\n`);
  }
}
