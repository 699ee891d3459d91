import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { World } from './world.js';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

type Home = Pick<World, 'home' | 'environment'>;

/** Runs a program of Anna's machine to its end, at home, with `input` as its standard input. */
export async function runIn(
  { home, environment }: Home,
  command: string,
  args: readonly string[],
  input = '',
  more: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(command, args, { cwd: home, env: { ...environment, ...more }, timeout: 120_000 });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [[code], out, err] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code: code as number | null, out, err };
}

/** The same; what fails throws what was printed. */
export async function succeed(...call: Parameters<typeof runIn>): Promise<string> {
  const { code, out, err } = await runIn(...call);
  if (code !== 0) throw new Error(`${call[1]}: ${code}\n${out}\n${err}`);
  return out;
}
