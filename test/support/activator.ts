import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ensure } from './packages.js';
import { onAbnormalExit, scratchDirectory } from './scratch.js';

/** A kind of socket, and its address if it has one. */
export type SocketSpec = readonly [kind: 'listening' | 'bound' | 'unix', host?: string];

/** Holds sockets as systemd does: they stay while programs that were given them come and go. */
export interface Activator {
  /** In the order of the sockets; 0 where there is none. */
  readonly ports: readonly number[];
  /** Starts a program with all sockets; `names` are theirs, joined by colons in LISTEN_FDNAMES, or none at all. */
  start(options: ActivatedOptions): Promise<Activated>;
  /** Nobody may be running any more. */
  stop(): Promise<void>;
}

export interface ActivatedOptions {
  readonly argv: readonly [string, ...string[]];
  readonly names?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** LISTEN_PID is that of another process. */
  readonly forAnother?: boolean;
}

export interface Activated {
  readonly pid: number;
  /** All it wrote so far. */
  readonly output: string;
  signal(name: NodeJS.Signals): void;
  /** Its exit code. To be asked for once. */
  ended(): Promise<number>;
}

const PROGRAM = `
import json, os, socket, sys
sockets, ports = [], []
for kind, *host in json.loads(sys.argv[1]):
    if kind == 'unix':
        s = socket.socket(socket.AF_UNIX)
        s.bind(os.path.join(sys.argv[2], str(len(sockets))))
    else:
        s = socket.socket(socket.AF_INET6 if ':' in host[0] else socket.AF_INET)
        s.bind((host[0], 0))
    if kind != 'bound':
        s.listen()
    sockets.append(s)
    ports.append(0 if kind == 'unix' else s.getsockname()[1])
print(json.dumps(ports), flush=True)
for line in sys.stdin:
    order = json.loads(line)
    if 'wait' in order:
        _, status = os.waitpid(order['wait'], 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
        continue
    pid = os.fork()
    if pid == 0:
        log = os.open(order['log'], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        # Out of the way first: one may have the number that another one is to have.
        for at, s in enumerate(sockets):
            os.dup2(s.fileno(), 100 + at)
        for at, s in enumerate(sockets):
            os.dup2(100 + at, 3 + at)
        os.closerange(3 + len(sockets), 200)
        environment = dict(order['environment'])
        environment['LISTEN_PID'] = str(1 if order['forAnother'] else os.getpid())
        environment['LISTEN_FDS'] = str(len(sockets))
        if order['names'] is not None:
            environment['LISTEN_FDNAMES'] = ':'.join(order['names'])
        os.execvpe(order['argv'][0], order['argv'], environment)
    print(pid, flush=True)
`;

export async function startActivator(...sockets: readonly SocketSpec[]): Promise<Activator> {
  await ensure('python3');
  const files = scratchDirectory('activator');
  const args = ['-c', PROGRAM, JSON.stringify(sockets), files.path];
  const child = spawn('/usr/bin/python3', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const forget = onAbnormalExit(() => child.kill('SIGKILL'));
  const closed = once(child, 'close');
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => (await answers.next()).value ?? '';
  const ask = (order: object): Promise<string> => {
    child.stdin.write(`${JSON.stringify(order)}\n`);
    return answer();
  };
  const ports: number[] = JSON.parse(await answer());
  let programs = 0;
  return {
    ports,
    async start({ argv, names, environment = {}, forAnother = false }) {
      const log = `${files.path}/log-${++programs}`;
      const { PATH } = process.env;
      const order = { argv, names: names ?? null, forAnother, log, environment: { PATH, ...environment } };
      const pid = Number(await ask(order));
      const forgetIt = onAbnormalExit(() => kill(pid, 'SIGKILL'));
      return {
        pid,
        get output() {
          try {
            return readFileSync(log, 'utf8');
          } catch {
            return '';
          }
        },
        signal: (name) => kill(pid, name),
        async ended() {
          const code = Number(await ask({ wait: pid }));
          forgetIt();
          return code;
        },
      };
    },
    async stop() {
      child.stdin.end();
      await closed;
      forget();
      await files.remove();
    },
  };
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}
