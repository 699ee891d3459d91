import { rmSync } from 'node:fs';
import { processesOfRun } from '../test/support/leftovers.js';

const [marker, directory] = process.argv.slice(2) as [string, string];

process.stdin.resume().once('close', () => {
  for (const { pid } of processesOfRun(marker, directory)) process.kill(pid, 'SIGKILL');
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
});
