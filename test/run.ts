import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { processesOfRun } from './support/leftovers.js';
import { runMarker } from './support/marker.js';
import { browsers, clients, ensure, longClients, servers, unpacked } from './support/packages.js';
import { onAbnormalExit, scratchDirectory } from './support/scratch.js';

/** A file that takes longer hangs. */
const fileDeadlineMs = 600_000;
const longFileDeadlineMs = 900_000;

/**
 * Runs the compiled tests: all, or those whose path contains one of the arguments; with `--long` the files
 * `*.long.ts` in place of `*.test.ts`. Fails also if nothing was tested, if a test was left out, or if a process or
 * a file stays behind. The last line is the count.
 */
async function main(): Promise<void> {
  const directory = fileURLToPath(new URL('.', import.meta.url));
  const options = { long: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const files = testFiles(directory, values.long ? '.long.js' : '.test.js', positionals);
  await ensure(...servers, ...clients, ...browsers, ...(values.long ? longClients : []));
  await unpacked('cyrus-imapd');

  const marker = randomUUID();
  const scratch = scratchDirectory('test-run');
  process.env[runMarker] = marker;
  process.env['TMPDIR'] = scratch.path;
  const forget = onAbnormalExit(() => endLeftovers(marker, scratch.path));

  const { passed, problems } = await runTests(files, values.long ? longFileDeadlineMs : fileDeadlineMs);
  for (const { pid, command } of endLeftovers(marker, scratch.path)) {
    problems.push(`a process was left behind: ${pid} ${command}`);
  }
  for (const name of readdirSync(scratch.path)) problems.push(`a temporary file was left behind: ${name}`);
  if (passed + problems.length === 0) problems.push('there are no tests');
  await scratch.remove();
  forget();

  for (const problem of problems) console.log(`✖ ${problem}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
  console.log(`${passed} passed, ${problems.length} failed`);
}

function testFiles(directory: string, suffix: string, filters: readonly string[]): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(suffix))
    .filter((name) => filters.length === 0 || filters.some((filter) => name.includes(filter)))
    .sort()
    .map((name) => join(directory, name));
}

async function runTests(files: string[], timeout: number): Promise<{ passed: number; problems: string[] }> {
  const problems: string[] = [];
  let passed = 0;
  const events = run({ files, concurrency: 2, timeout });
  events.on('test:pass', ({ name, file = '', skip, todo, details }) => {
    if (skip !== undefined || todo !== undefined) problems.push(`${relative('.', file)}: left out: ${name}`);
    // The runner reports a file in which it found no test as one test.
    else if (name === file) problems.push(`${relative('.', file)}: holds no tests`);
    else if (details.type !== 'suite') passed++;
  });
  events.on('test:fail', ({ name, file = '', details }) => {
    const { failureType } = details.error as Error & { failureType?: string };
    // What contains the tests that failed is not one more failure.
    if (failureType !== 'subtestsFailed') problems.push(`${relative('.', file)}: ${name}`);
  });
  await pipeline(events, new spec(), process.stdout, { end: false });
  return { passed, problems };
}

function endLeftovers(marker: string, directory: string) {
  const leftovers = processesOfRun(marker, directory);
  for (const { pid } of leftovers) process.kill(pid, 'SIGKILL');
  return leftovers;
}

await main();
