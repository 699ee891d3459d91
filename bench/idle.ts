import { CONTENDERS } from './contenders/all.js';
import type { ContenderName } from './contenders/contender.js';
import { interleave } from './interleave.js';
import { KiB, memoryOf, settled } from './memory.js';
import { openIdle, startContender, type Upstream } from './processes.js';
import type { Result } from './result.js';
import { VARIANTS, type Variant } from './scenarios.js';

type Name = Exclude<ContenderName, 'direct'>;

const PLAIN: readonly Name[] = ['imap-send-proxy', 'HAProxy TCP', 'nginx mail', 'Dovecot proxy', 'Node pipe'];

export interface IdleOptions {
  readonly rounds: number;
  /** Sessions before memory is read, and when it is read again: what the first ones cost is not counted. */
  readonly sessions: readonly [few: number, many: number];
  /** Seconds: see `settled`. */
  readonly patience: number;
}

/** What one more session costs that is logged in and does nothing. */
export async function idleMemory(upstream: Upstream, options: IdleOptions): Promise<Result[]> {
  const result = async (id: string, title: string, variant: Variant): Promise<Result> => {
    const runs = PLAIN.map((name) => [name, () => perSession(name, variant, upstream, options)] as const);
    return { id, title, unit: 'KiB', figures: await interleave(options.rounds, Object.fromEntries(runs)) };
  };
  return [
    await result('idle-plain', 'idle session', VARIANTS.plain),
    await result('idle-tls', 'idle session with TLS', VARIANTS.tls),
  ];
}

async function perSession(name: Name, variant: Variant, upstream: Upstream, options: IdleOptions) {
  const [few, many] = options.sessions;
  const contender = await startContender(CONTENDERS[name], variant, upstream.port);
  const memory = (): Promise<number> => settled(() => memoryOf(contender.pids()), options.patience);
  const opened: { stop(): Promise<void> }[] = [];
  try {
    opened.push(await openIdle(few, contender.target));
    const before = await memory();
    opened.push(await openIdle(many - few, contender.target));
    return { figure: ((await memory()) - before) / (many - few) / KiB };
  } finally {
    for (const sessions of opened) await sessions.stop();
    await contender.stop();
  }
}
