import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Step } from './transcript.js';

/** A shell of root in a Debian root, with processes, mounts, a host name and, if so told, a network of its own. */
export interface Shell {
  /** @throws Error the command failed, or took too long. */
  run(command: string): Promise<Step>;
  /** Ends all that was started in it. */
  close(): Promise<void>;
}

export interface ShellOptions {
  readonly root: string;
  readonly directory: string;
  readonly host: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The loopback interface alone, or that of the machine. */
  readonly network: 'loopback' | 'machine';
}

const deadlineMs = 600_000;

// Mounts and the name are those of the namespaces, and end with them. The shell is their first process: so does all else.
const entry = `
set -e
root=$1 directory=$2 host=$3
shift 3
hostname "$host"
mount -t proc proc "$root/proc"
cd "$root"
exec chroot "$root" /usr/bin/env -i "$@" /bin/bash --norc -c 'cd '"$directory"' && exec /bin/bash --norc -s'
`;

export function openShell({ root, directory, host, environment, network }: ShellOptions): Shell {
  const namespaces = ['--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child'];
  const variables = Object.entries({
    HOME: '/root',
    LANG: 'C.UTF-8',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    TERM: 'dumb',
    ...environment,
  }).map(([name, value]) => `${name}=${value}`);
  const args = [
    ...namespaces,
    ...(network === 'loopback' ? ['--net'] : []),
    ...['sh', '-c', network === 'loopback' ? `ip link set lo up\n${entry}` : entry, 'walk'],
    ...[root, directory, host, ...variables],
  ];
  const child = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  return {
    run: (command) => runIn(child, lines, command),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      // At the end of its input the first process ends, and the kernel all others of its namespace before it.
      child.stdin.end();
      await ended;
    },
  };
}

async function runIn(child: ChildProcess, lines: Interface, command: string): Promise<Step> {
  const mark = randomUUID();
  const quoted = `'${command.replaceAll("'", "'\\''")}'`;
  child.stdin?.write(`eval ${quoted} < /dev/null 2>&1\nprintf '\\n%s %s\\n' ${mark} $?\n`);
  const output: string[] = [];
  const signal = AbortSignal.timeout(deadlineMs);
  const status = await new Promise<string>((resolve, reject) => {
    const onLine = (line: string) => {
      if (line.startsWith(mark)) settle(() => resolve(line.slice(mark.length + 1)));
      else output.push(line);
    };
    const onEnd = () =>
      settle(() => reject(new Error(`the shell ended in: ${command}\n${output.join('\n')}`)));
    const settle = (how: () => void) => {
      lines.off('line', onLine).off('close', onEnd);
      signal.removeEventListener('abort', onEnd);
      how();
    };
    lines.on('line', onLine).on('close', onEnd);
    signal.addEventListener('abort', onEnd);
  });
  if (status !== '0') throw new Error(`exit code ${status} of: ${command}\n${output.join('\n')}`);
  // The line feed before the mark is ours.
  return {
    command,
    output: output
      .slice(0, output.at(-1) === '' ? -1 : undefined)
      .map((line) => `${line}\n`)
      .join(''),
  };
}
