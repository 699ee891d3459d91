import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { runMarker } from '../test/support/marker.js';
import { scratchDirectory } from '../test/support/scratch.js';

/**
 * From here on, every process that is started and every file in the temporary directory ends with this process, even
 * with SIGKILL, of which no process hears itself: the guard hears that its standard input is closed.
 * @returns the orderly end; resolves when nothing is left, the guard included
 */
export function placeUnderGuard(): () => Promise<void> {
  const marker = randomUUID();
  const directory = scratchDirectory('imap-send-proxy-demo');
  const program = fileURLToPath(new URL('guard-process.js', import.meta.url));
  const guard = spawn(process.execPath, [program, marker, directory.path], {
    // A group of its own: Ctrl-C is for the demo alone.
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  guard.unref();
  process.env[runMarker] = marker;
  process.env['TMPDIR'] = directory.path;
  return async () => {
    guard.ref();
    const ended = once(guard, 'exit');
    guard.stdin.end();
    await ended;
    await directory.remove();
  };
}
