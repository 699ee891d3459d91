import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Dovecot, startDovecot } from '../test/support/dovecot.js';
import { give, mailOwner } from '../test/support/owner.js';
import { type RunningProcess, startProcess } from '../test/support/process.js';
import { scratchDirectory } from '../test/support/scratch.js';
import { type ReceivedMessage, type Sink, startSink } from '../test/support/sink.js';
import { FIRST_UID, MAILS, PASSWORD, REFUSAL, textOf, UNKNOWN_RECIPIENT, USER } from './scenario.js';

/** All servers of the demo, on loopback ports that were free. */
export interface Stage {
  readonly dovecot: Dovecot;
  readonly sink: Sink;
  readonly proxyPort: number;
  /** What was typed, so to say, to start the proxy. */
  readonly proxyCommand: readonly string[];
  stop(): Promise<void>;
}

/** @throws Error in one line, when something cannot be installed or started. */
export async function setStage(onArrival: (message: ReceivedMessage) => void): Promise<Stage> {
  const dovecot = await startDovecot({ accounts: [{ user: USER, password: PASSWORD }] });
  await fillMailbox(dovecot);
  const sink = await startSink({
    users: { [USER]: PASSWORD },
    onRecipient: (address) => (address === UNKNOWN_RECIPIENT ? REFUSAL : undefined),
    onMessage: (message) => {
      onArrival(message);
      return undefined;
    },
  });
  const proxyArguments = [
    'serve',
    '--listen=imap://127.0.0.1:0',
    `--upstream=imap://127.0.0.1:${dovecot.port}`,
    `--submission=smtp://127.0.0.1:${sink.port}`,
  ];
  const { proxy, port } = await startProxy(proxyArguments);
  return {
    dovecot,
    sink,
    proxyPort: port,
    proxyCommand: ['imap-send-proxy', ...proxyArguments],
    stop: async () => {
      await proxy.stop();
      await Promise.all([sink.stop(), dovecot.stop()]);
    },
  };
}

async function fillMailbox(dovecot: Dovecot): Promise<void> {
  const owner = await mailOwner();
  const maildir = join(dovecot.mailRoot, USER);
  const uidList = join(maildir, 'dovecot-uidlist');
  await mkdir(maildir, { mode: 0o700 });
  // Format 3: UIDVALIDITY, the next UID, and the mailbox's GUID. Dovecot goes on from there.
  await writeFile(uidList, `3 V1 N${FIRST_UID} G${'0'.repeat(31)}1\n`, { mode: 0o600 });
  await give(owner, maildir, uidList);
  for (const mail of MAILS) await dovecot.deliver(USER, 'INBOX', textOf(mail));
}

/** The real command line in a process of its own. */
async function startProxy(args: readonly string[]): Promise<{ proxy: RunningProcess; port: number }> {
  const program = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
  const files = scratchDirectory('proxy');
  const logFile = join(files.path, 'log');
  let port: number | undefined;
  const proxy = await startProcess({
    name: 'imap-send-proxy',
    command: process.execPath,
    args: [program, ...args],
    logFile,
    ready: async () => {
      port = readyPort(await readFile(logFile, 'utf8'));
      return port !== undefined;
    },
  });
  const stop = async () => {
    await proxy.stop();
    await files.remove();
  };
  return { proxy: { ...proxy, stop }, port: port as number };
}

function readyPort(log: string): number | undefined {
  const [, url] = /"event":"ready","listeners":\["([^"]+)"/.exec(log) ?? [];
  return url === undefined ? undefined : Number(new URL(url).port);
}
