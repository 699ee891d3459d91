import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { Connection } from '../load/connection.js';
import type { Sample } from '../result.js';

/** What clients do with the messages of a mailbox, and how long it takes; logins are not counted. */
export type Job = { readonly user: string; readonly password: string } & (
  | { readonly kind: 'fetch'; readonly port: number; readonly mailbox: string }
  | { readonly kind: 'submit'; readonly smtpPort: number; readonly octets: number }
  | {
      readonly kind: 'send';
      readonly port: number;
      readonly mailbox: string;
      readonly messages: number;
      readonly batch: number;
    }
  | {
      readonly kind: 'one by one';
      readonly port: number;
      readonly smtpPort: number;
      readonly mailbox: string;
      readonly messages: number;
    }
);

export const ENVELOPE = { from: 'anna@example.org', to: ['ben@example.net'] };

/** Of `octets`, or a few less. */
export function message(octets: number, number: number): Buffer {
  const header = `From: anna@example.org\r\nTo: ben@example.net\r\nMessage-ID: <${number}@bench.example.org>\r\n\r\n`;
  const line = `${'x'.repeat(76)}\r\n`;
  return Buffer.from(header + line.repeat(Math.max(1, Math.floor((octets - header.length) / line.length))));
}

/** @returns seconds. */
export async function work(job: Job): Promise<Sample> {
  switch (job.kind) {
    case 'fetch': {
      const connection = await logIn(job);
      return timed(async () => {
        connection.write('f FETCH 1 (BODY.PEEK[])\r\n');
        expectOk(await connection.line('f '));
      });
    }
    case 'submit': {
      const transport = createTransport({ host: '127.0.0.1', port: job.smtpPort, ignoreTLS: true });
      const raw = message(job.octets, 1);
      return timed(() => transport.sendMail({ envelope: ENVELOPE, raw }));
    }
    case 'send': {
      const connection = await logIn(job);
      const sample = await timed(async () => {
        for (let first = 1; first <= job.messages; first += job.batch) {
          connection.write(`s SEND ${first}:${Math.min(job.messages, first + job.batch - 1)}\r\n`);
          expectOk(await connection.line('s '));
        }
      });
      // Shows that the answer was seen: the next run is no retry.
      connection.write('l LOGOUT\r\n');
      await connection.end();
      return sample;
    }
    case 'one by one':
      return oneByOne(job);
  }
}

/** Connections of both protocols stay open, and only what is needed is fetched: the best that such a client can do. */
async function oneByOne(job: Job & { kind: 'one by one' }): Promise<Sample> {
  const { user, password: pass } = job;
  const auth = { user, pass };
  const client = new ImapFlow({ host: '127.0.0.1', port: job.port, secure: false, auth, logger: false });
  const pool = { pool: true, maxConnections: 1, maxMessages: Number.POSITIVE_INFINITY } as const;
  const transport = createTransport({ host: '127.0.0.1', port: job.smtpPort, ignoreTLS: true, ...pool });
  await client.connect();
  await client.mailboxOpen(job.mailbox);
  const all = async (): Promise<void> => {
    for (let number = 1; number <= job.messages; number++) {
      const fetched = await client.fetchOne(String(number), { source: true });
      if (!fetched || fetched.source === undefined) throw new Error(`no message ${number}`);
      await transport.sendMail({ envelope: ENVELOPE, raw: fetched.source });
    }
  };
  // Once before it counts: its code is compiled then, like that of the proxy.
  await all();
  const sample = await timed(all);
  transport.close();
  await client.logout();
  return sample;
}

async function logIn(job: Job & { port: number; mailbox: string }): Promise<Connection> {
  const connection = await Connection.open({ port: job.port, tls: false });
  for (const command of [`LOGIN "${job.user}" "${job.password}"`, `SELECT ${job.mailbox}`]) {
    connection.write(`a ${command}\r\n`);
    expectOk(await connection.line('a '));
  }
  return connection;
}

function expectOk(line: string): void {
  if (!/^\S+ OK/.test(line)) throw new Error(line);
}

async function timed(act: () => Promise<unknown>): Promise<Sample> {
  const start = performance.now();
  await act();
  return { figure: (performance.now() - start) / 1000 };
}
