import { interleave } from '../interleave.js';
import { MiB, watchPeak } from '../memory.js';
import { runToEnd } from '../processes.js';
import { figure, type Result, type Sample } from '../result.js';
import { type Job, message } from './jobs.js';
import { WORK_PROCESSOR, type World } from './world.js';

const OCTETS = 100_000_000;

/** One large message: by SEND, and each half of that by itself, at the same servers. */
export async function sendLarge(world: World, rounds: number): Promise<Result[]> {
  const { dovecot, proxy, proxyPort, smtpPort } = world;
  const { user, password, port } = dovecot;
  const mailbox = 'Large';
  const raw = message(OCTETS, 1);
  await dovecot.deliver(user, mailbox, raw);
  const rate = async (job: Job): Promise<Sample> => {
    const { figure: seconds } = await runToEnd(WORK_PROCESSOR, 'send/main.js', job);
    return { figure: raw.length / seconds / 1e6 };
  };
  const login = { user, password };
  const send = { ...login, kind: 'send', port: proxyPort, mailbox, messages: 1, batch: 1 } as const;
  // So that what a first message takes, of any size, is there already.
  await dovecot.deliver(user, 'Small', message(2_000, 0));
  await runToEnd(WORK_PROCESSOR, 'send/main.js', { ...send, mailbox: 'Small' } satisfies Job);
  const memory: Sample[] = [];
  const figures = await interleave(rounds, {
    FETCH: () => rate({ ...login, kind: 'fetch', port, mailbox }),
    SMTP: () => rate({ ...login, kind: 'submit', smtpPort, octets: OCTETS }),
    SEND: async () => {
      const peak = watchPeak(proxyProcess(proxy.pids()));
      const sample = await rate(send);
      memory.push({ figure: (peak.now() - peak.before) / MiB });
      return sample;
    },
  });
  return [
    { id: 'send-large', title: 'one message of 100 MB', unit: 'MB/s', figures },
    { id: 'send-large-memory', title: 'memory above before', unit: 'MiB', figures: { SEND: figure(memory) } },
  ];
}

/** One, as it runs without workers. */
function proxyProcess([pid]: readonly number[]): number {
  return pid as number;
}
