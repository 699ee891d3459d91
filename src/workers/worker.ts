import type { Config } from '../config/config.js';
import type { Log } from '../log/logger.js';
import type { Meter } from '../metrics/meter.js';
import { createServing, type Outlets, type Serving } from '../proxy-serving.js';
import { createState, type StateTuning } from '../proxy-state.js';
import { reveal } from './concealed.js';
import type { Logged, ToPrimary, ToWorker } from './protocol.js';
import { createRemoteState } from './remote-state.js';
import { Visitors } from './visitors.js';

/**
 * A worker process. It is told everything by the process that started it, the primary, over their channel, and does not
 * outlive it. Its one argument is its number, for who looks at a list of processes.
 */

/** For clients to be told that their session ends, in milliseconds. */
const FAREWELL_MS = 500;
/** For all else that is left to do then. */
const EXIT_MS = 1_500;

// Sent to the whole group by terminals and supervisors: the primary knows what they mean.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

function send(message: ToPrimary): void {
  // When it fails, the primary is gone: `disconnect` says so.
  if (process.connected) process.send?.(message, undefined, {}, () => {});
}

const log: Log = { event: (name, fields) => send({ kind: 'log', name, fields } as Logged) };
const remote = createRemoteState(send);

process.once('message', ({ config, tuning }: Extract<ToWorker, { kind: 'start' }>) => {
  try {
    serve(reveal(config), tuning);
    send({ kind: 'ready' });
  } catch (error) {
    send({ kind: 'failed', text: String((error as Error).stack) });
    exit(1);
  }
});

function serve(config: Config, tuning: StateTuning): void {
  const openState = (meter: Meter) =>
    config.state.kind === 'memory' ? remote : createState(config, log, tuning, meter);
  const outlets: Outlets = {
    log,
    certificateLog: { event: () => {} },
    noted: (notes) => send({ kind: 'noted', notes }),
  };
  const serving = createServing(config, outlets, openState);
  const visitors = new Visitors(serving, send);
  let leaving = false;

  /** Whatever is wrong, clients are told that they have to go. */
  const abandon = async (reason: 'fault' | 'shutdown', code: number): Promise<void> => {
    if (leaving) process.exit(code);
    leaving = true;
    send({ kind: 'leaving' });
    setTimeout(() => process.exit(code), EXIT_MS);
    const text = reason === 'fault' ? 'the proxy has a fault' : 'the proxy is stopping';
    const why = { reason: { side: 'proxy', cause: reason }, text } as const;
    await serving.relay.drain(FAREWELL_MS, { why, pace: Number.POSITIVE_INFINITY });
    exit(code);
  };

  process.on('uncaughtException', (error) => {
    log.event('internal-error', { error: String(error?.stack ?? error) });
    void abandon('fault', 1);
  });
  process.once('disconnect', () => {
    remote.disconnected();
    void abandon('shutdown', 1);
  });
  process.on('message', (message: ToWorker, handle: unknown) => {
    switch (message.kind) {
      case 'start':
        break;
      case 'serve':
        visitors.serve(message, handle);
        break;
      case 'displace':
        visitors.displace(message.visit, message.dismissal);
        break;
      case 'reload':
        reload(serving, reveal(message.config));
        break;
      case 'ask': {
        const { question, name, args } = message;
        const method = serving.control[name] as (...args: readonly unknown[]) => unknown;
        send({ kind: 'told', question, value: method(...args) });
        break;
      }
      case 'drain':
        leaving = true;
        void serving.close().then(() => exit(0));
        break;
      case 'answer':
        remote.answered(message);
    }
  });
}

/** Only of what needs no restart; the primary says what that was. */
function reload({ certificates, senders, setLimits }: Serving, config: Config): void {
  certificates.replace(config);
  setLimits(config.limits);
  senders.replace(config.senderPolicy);
  senders.look();
}

/** After all that was said is out. */
function exit(code: number): void {
  if (!process.connected) process.exit(code);
  process.send?.({ kind: 'leaving' } satisfies ToPrimary, undefined, {}, () => process.exit(code));
}
