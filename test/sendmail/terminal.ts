import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { World } from './world.js';

const DEADLINE_MS = 60_000;

/** What has to be on the screen, and the keys that are typed then. */
export type Step = readonly [awaited: RegExp, keys: string];

export interface Options {
  /** More of the environment. */
  readonly more?: Readonly<Record<string, string>>;
  /** When it is to be terminated. Default: it ends by itself. */
  readonly until?: () => Promise<boolean>;
}

/**
 * Runs a program that reads keys from a terminal only.
 * @param command a line for the shell
 * @param steps in their order; each waits for what is shown after the keys before it
 */
export async function typeInto(
  { home, environment }: Pick<World, 'home' | 'environment'>,
  command: string,
  steps: readonly Step[],
  { more, until }: Options = {},
): Promise<void> {
  const sized = `stty rows 40 cols 120; ${command}`;
  const child = spawn('script', ['--quiet', '--return', '--command', sized, '/dev/null'], {
    cwd: home,
    env: { ...environment, ...more },
    timeout: DEADLINE_MS,
  });
  const closed = once(child, 'close');
  child.stdin.on('error', () => {});
  let [screen, all] = ['', ''];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('latin1').on('data', (chunk: string) => {
      screen += chunk;
      all += chunk;
    });
  }
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  for (const [awaited, keys] of steps) {
    while (screen.search(awaited) < 0) {
      if (ended()) throw new Error(`${command} ended, waiting for ${awaited}\n${all.slice(-4000)}`);
      await delay(100);
    }
    screen = '';
    child.stdin.write(keys, 'latin1');
  }
  if (until !== undefined) {
    while (!ended() && !(await until())) await delay(100);
    if (ended()) throw new Error(`${command} ended too early\n${all.slice(-4000)}`);
    child.kill('SIGTERM');
    await closed;
    return;
  }
  const [code, signal] = await closed;
  // script(1) ends well even when the time is up.
  if (code !== 0 || child.killed) throw new Error(`${command}: ${signal ?? code}\n${all.slice(-4000)}`);
}
