import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Place } from './job.js';

const DEADLINE_MS = 60_000;

type Home = Pick<Place, 'directory'>;

/**
 * Runs a program to its end, with `input` as its standard input, and returns what it printed. It is at home
 * in the directory, so that it neither reads nor leaves anything elsewhere.
 * @throws Error with everything it printed, when it fails or does not end.
 */
export async function run(home: Home, command: string, args: readonly string[], input = ''): Promise<string> {
  const child = start(home, command, args);
  child.stdin.end(input, 'latin1');
  return end(child);
}

/** What has to be on the screen, and the keys that are typed then. */
export type Step = readonly [shown: RegExp, keys: string];

/**
 * The same for a program that reads keys from a terminal only.
 * @param command a line for the shell.
 * @param steps in their order; each waits for what is shown after the keys before it.
 */
export function runInTerminal(home: Home, command: string, steps: readonly Step[] = []): Promise<string> {
  const child = start(home, 'script', ['--quiet', '--return', '--command', command, '/dev/null']);
  if (steps.length === 0) child.stdin.end();
  const rest = [...steps];
  let screen = '';
  child.stdout.on('data', (chunk: string) => {
    screen += chunk;
    const [shown, keys] = rest[0] ?? [];
    if (shown === undefined || keys === undefined || screen.search(shown) < 0) return;
    rest.shift();
    screen = '';
    child.stdin.write(keys, 'latin1');
  });
  return end(child);
}

/** Whose home a program finds itself in, with all that it would keep elsewhere. */
export const environment = (directory: string): Record<string, string> => ({
  HOME: directory,
  TMPDIR: directory,
  TZ: 'UTC',
  LC_ALL: 'C.UTF-8',
  TERM: 'xterm',
});

function start(
  { directory }: Home,
  command: string,
  args: readonly string[],
): ChildProcessWithoutNullStreams {
  const env = { ...process.env, ...environment(directory) };
  const child = spawn(command, args, { cwd: directory, env, timeout: DEADLINE_MS });
  child.stdin.on('error', () => {});
  child.stdout.setEncoding('latin1');
  child.stderr.setEncoding('latin1');
  return child;
}

function end(child: ChildProcessWithoutNullStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    let [printed, complained] = ['', ''];
    child.stdout.on('data', (chunk: string) => {
      printed += chunk;
    });
    child.stderr.on('data', (chunk: string) => {
      complained += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      // script(1) ends well even when the time is up.
      if (code === 0 && !child.killed) resolve(printed);
      else reject(new Error(`${child.spawnfile}: ${signal ?? code}\n${printed}\n${complained}`));
    });
  });
}
