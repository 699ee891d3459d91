import { execFile } from 'node:child_process';

const DEADLINE_MS = 20_000;

/**
 * Runs a program to its end, with `input` as its standard input, and returns what it printed.
 * @throws Error with everything it printed, when it fails or does not end.
 */
export function run(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm' };
    const options = { timeout: DEADLINE_MS, env, encoding: 'latin1', maxBuffer: 16 << 20 } as const;
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command}: ${error.code ?? error.signal}\n${stdout}\n${stderr}`));
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input, 'latin1');
  });
}
