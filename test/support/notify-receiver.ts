import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensure } from './packages.js';
import { onAbnormalExit, type Scratch } from './scratch.js';

/** Hears what a service says to systemd: a datagram socket, which Node.js has none of. */
export interface NotifyReceiver {
  /** For NOTIFY_SOCKET. */
  readonly socket: string;
  /** One for each datagram so far, its assignments as they were written. */
  readonly heard: readonly (readonly string[])[];
  stop(): Promise<void>;
}

// A descriptor that comes with a barrier is dropped by recv, which is the answer that the sender waits for.
const PROGRAM = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('[]', flush=True)
while True:
    print(json.dumps(s.recv(65536).decode().splitlines()), flush=True)
`;

export async function startNotifyReceiver(files: Scratch): Promise<NotifyReceiver> {
  await ensure('python3');
  const socket = join(files.path, 'notify');
  const child: ChildProcess = spawn('/usr/bin/python3', ['-c', PROGRAM, socket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const forget = onAbnormalExit(() => child.kill('SIGKILL'));
  const heard: string[][] = [];
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  await once(lines, 'line');
  lines.on('line', (line) => {
    const assignments: string[] = JSON.parse(line);
    if (!assignments.includes('BARRIER=1')) heard.push(assignments);
  });
  return {
    socket,
    heard,
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'close');
      forget();
    },
  };
}
