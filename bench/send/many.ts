import { interleave } from '../interleave.js';
import { runToEnd } from '../processes.js';
import type { Result, Sample } from '../result.js';
import { type Job, message } from './jobs.js';
import { WORK_PROCESSOR, type World } from './world.js';

const WARM_UP = 3;

/** Small messages: by SEND in batches, and by a client that fetches and submits them itself. */
export async function sendMany(world: World, rounds: number, messages: number): Promise<Result> {
  const { dovecot, proxyPort, smtpPort } = world;
  const { user, password, port } = dovecot;
  const mailbox = 'Many';
  for (let number = 0; number < messages; number++) {
    await dovecot.deliver(user, mailbox, message(2_000, number));
  }
  const rate = async (job: Job): Promise<Sample> => {
    const { figure: seconds } = await runToEnd(WORK_PROCESSOR, 'send/main.js', job);
    return { figure: messages / seconds };
  };
  const client = { user, password, mailbox, messages };
  const runs = {
    'one by one': () => rate({ ...client, kind: 'one by one', port, smtpPort }),
    SEND: () => rate({ ...client, kind: 'send', port: proxyPort, batch: 100 }),
  };
  // Once before it counts: Dovecot makes its index, and the proxy, which runs for months, has its code compiled.
  for (let warm = 0; warm < WARM_UP; warm++) await runs.SEND();
  const figures = await interleave(rounds, runs);
  const title = `${messages.toLocaleString('en')} messages of 2 kB`;
  return { id: 'send-many', title, unit: '/s', figures };
}
