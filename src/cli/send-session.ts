import { type Account, ConnectError, connect } from '../client/connect.js';
import { MailboxError, offersSend, SendInterruptedError, SendNotOfferedError } from '../client/index.js';
import { Outbox } from '../client/outbox.js';
import { type RunOptions, sendSources, sendUids } from '../client/send-run.js';
import { sentMailbox } from '../client/sent-mailbox.js';
import { serverTrouble } from '../client/server-trouble.js';
import { readSources } from '../client/sources.js';
import { ConfigError } from '../config/problem.js';
import type { Task } from './send-options.js';
import { SendOutput } from './send-output.js';
import { type Broken, exitCode } from './send-report.js';
import { firstSignal } from './signals.js';

/** Carries out the task; the exit code. Throws ConfigError for what no repetition can help with. */
export async function runSend(task: Task, account: Account, json: boolean): Promise<number> {
  const output = new SendOutput(json, process.stdout, process.stderr);
  const stop = new AbortController();
  void firstSignal().then((signal) => {
    output.stopping(signal);
    stop.abort({ kind: 'signal', text: `stopped by ${signal}` } satisfies Broken);
  });
  // As with `| head`. Nobody would hear of what is sent from now on.
  process.stdout.on('error', ({ message }) => {
    stop.abort({ kind: 'temporary', text: `standard output: ${message}` } satisfies Broken);
  });
  let broken: Broken | undefined;
  try {
    await work(task, account, output, stop.signal);
  } catch (error) {
    broken = explain(error);
  }
  if (stop.signal.aborted) broken = stop.signal.reason as Broken;
  const code = exitCode(output.tally, broken);
  output.finish(code, broken);
  return code;
}

async function work(task: Task, account: Account, output: SendOutput, stop: AbortSignal): Promise<void> {
  // Two sessions, because what was sent has to be written down before the one that sent it says anything more.
  const client = await connect(account, stop);
  try {
    if (!offersSend(client)) throw new SendNotOfferedError();
    const marks = await connect(account, stop);
    try {
      const outbox = await Outbox.open(client, marks, task.mailbox ?? (await sentMailbox(client)));
      await send(outbox, task, output, stop);
      // Only now: it is a sign that the last answer was seen.
      await Promise.allSettled([client.logout(), marks.logout()]);
    } finally {
      marks.close();
    }
  } finally {
    client.close();
  }
}

async function send(outbox: Outbox, task: Task, output: SendOutput, stop: AbortSignal): Promise<void> {
  output.begin(outbox.path);
  const options: RunOptions = {
    report: (item) => output.report(item),
    onProgress: ({ done, total }) => output.sending(done, total),
    stopped: () => stop.aborted,
  };
  switch (task.kind) {
    case 'files': {
      const sources = readSources(task.paths, (name, fraction) => output.reading(name, fraction));
      return sendSources(outbox, sources, options);
    }
    case 'uids':
      return sendUids(outbox, task.set, task.again, options);
  }
}

/** What another try can help with. Throws what it cannot. */
function explain(error: unknown): Broken {
  if (error instanceof SendInterruptedError) return { kind: 'temporary', text: error.message };
  if (error instanceof ConnectError && error.kind === 'unreachable') {
    return { kind: 'temporary', text: `no connection to the mail server: ${error.message}` };
  }
  const wrong = [ConnectError, MailboxError, SendNotOfferedError].some((kind) => error instanceof kind);
  if (wrong) throw new ConfigError({ text: (error as Error).message });
  const text = serverTrouble(error);
  if (text === undefined) throw error;
  return { kind: 'temporary', text: `the mail server: ${text}` };
}
