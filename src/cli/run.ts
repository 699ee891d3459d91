import { ConfigError } from '../config/problem.js';
import { clean } from '../log/clean.js';
import { StartError } from '../start-error.js';
import { createProgram } from './program.js';

try {
  await createProgram(process.argv.slice(2), Math.min(110, process.stdout.columns ?? 110)).parseAsync();
  // Not left to the event loop: a handle that somebody forgot must not keep a stopped service alive.
  process.exit(process.exitCode ?? 0);
} catch (error) {
  const { line, code } = describe(error);
  process.stderr.write(`imap-send-proxy: ${line}\n`);
  process.exit(code);
}

/** Exit code 2: the command line or configuration is wrong, starting again will not help. 1: something else is. */
function describe(error: unknown): { line: string; code: number } {
  if (error instanceof ConfigError) return { line: clean(error.message, 1000), code: 2 };
  if (error instanceof StartError) return { line: clean(error.message, 1000), code: 1 };
  return { line: `internal error: ${error instanceof Error ? error.stack : String(error)}`, code: 1 };
}
