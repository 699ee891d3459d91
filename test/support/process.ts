import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { groupEnds, listener, signalGroup } from './process-group.js';
import { onAbnormalExit } from './scratch.js';

export interface ProcessSpec {
  /** What it is called in messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Added to the environment of the test. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard output and error are appended to this file. */
  readonly logFile: string;
  /** TCP ports; it is ready as soon as it listens on all of them. */
  readonly ports?: readonly number[];
  /** What else makes it ready; asked every few milliseconds. */
  readonly ready?: () => boolean | Promise<boolean>;
}

/** A process, with every process it started, as long as they stay in its group. */
export interface RunningProcess {
  readonly pid: number;
  /** True until the first process of the group, which the others depend on, has ended. */
  isRunning(): boolean;
  /** SIGTERM, and SIGKILL to those of the group that do not obey; resolves when none of it is left. */
  stop(): Promise<void>;
  /** SIGKILL to the group; resolves when none of it is left. */
  kill(): Promise<void>;
}

/** The process ended, was not ready in time, or found its port taken. The message ends with the end of its log. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly portTaken: boolean;

  constructor(spec: ProcessSpec, problem: string) {
    const log = readFileSync(spec.logFile, 'utf8');
    super(`${spec.name} ${problem}\n${log.split('\n').slice(-15).join('\n')}`);
    this.portTaken = problem === portTaken || /address already in use/i.test(log);
  }
}

const startDeadlineMs = 60_000;
const stopDeadlineMs = 15_000;
const portTaken = 'found its port taken';

/**
 * Starts a process in a group of its own and waits until it is ready.
 * @throws StartError
 */
export async function startProcess(spec: ProcessSpec): Promise<RunningProcess> {
  const log = openSync(spec.logFile, 'a');
  const { command, args, cwd } = spec;
  const env = { ...process.env, ...spec.env };
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  await once(child, 'spawn');
  // A test that fails before it ends its servers has to end nevertheless, and they with it.
  child.unref();

  const running = runningProcess(spec.name, child);
  const problem = await problemOfStart(spec, running);
  if (problem === undefined) return running;
  await running.kill();
  throw new StartError(spec, problem);
}

function runningProcess(name: string, child: ChildProcess): RunningProcess {
  // `detached` makes the child the leader of a new group, which has its number.
  const group = child.pid as number;
  const forget = onAbnormalExit(() => signalGroup(group, 'SIGKILL'));
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const kill = async () => {
    signalGroup(group, 'SIGKILL');
    if (!(await groupEnds(group, stopDeadlineMs)))
      throw new Error(`${name}: process group ${group} does not end`);
    forget();
  };
  const stop = async () => {
    // The first process knows in which order the others have to end.
    child.kill('SIGTERM');
    const deadline = Date.now() + stopDeadlineMs;
    while (isRunning() && Date.now() < deadline) await delay(10);
    signalGroup(group, 'SIGTERM');
    await groupEnds(group, 1000);
    await kill();
  };
  return { pid: group, isRunning, stop, kill };
}

async function problemOfStart(spec: ProcessSpec, running: RunningProcess): Promise<string | undefined> {
  const deadline = Date.now() + startDeadlineMs;
  while (Date.now() < deadline) {
    if (!running.isRunning()) return 'ended at once';
    const listeners = (spec.ports ?? []).map((port) => listener(port, running.pid));
    if (listeners.includes('other')) return portTaken;
    if (!listeners.includes('none') && ((await spec.ready?.()) ?? true)) return undefined;
    await delay(10);
  }
  return 'is not ready in time';
}
