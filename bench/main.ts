import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { ensure } from '../test/support/packages.js';
import { scratchDirectory } from '../test/support/scratch.js';
import { PACKAGES } from './contenders/all.js';
import { experiments } from './experiments.js';
import { Field } from './field.js';
import { machine } from './machine.js';
import { startUpstream } from './processes.js';
import { section, withSection } from './report/document.js';
import { picture } from './report/picture.js';
import type { Report } from './report/report.js';
import { busyTable, contendersTable, othersTable, targetsTable } from './report/report.js';
import type { Result } from './result.js';
import { LOAD_PROCESSOR } from './scenarios.js';
import { judge, TARGETS } from './targets.js';

const root = new URL('../../docs/', import.meta.url);

const { values } = parseArgs({
  options: {
    /** Less of everything: under two minutes. */
    quick: { type: 'boolean', default: false },
    /** Only what has an id that begins so. */
    only: { type: 'string', default: '' },
    /** Into docs/; default: a whole run, if it is not quick. */
    write: { type: 'boolean' },
  },
});
await ensure(...PACKAGES);
// Also for all that is started from here and not pinned elsewhere.
await promisify(execFile)('taskset', ['-acp', LOAD_PROCESSOR, String(process.pid)]);
const report = await measureAll();
print(report);
if (values.write ?? (!values.quick && values.only === '')) await write(report);

async function measureAll(): Promise<Report> {
  const files = scratchDirectory('bench');
  const upstream = await startUpstream(files.path);
  const field = new Field(upstream);
  try {
    const results: Result[] = [];
    for (const { id, run } of experiments(field, values.quick)) {
      if (!id.startsWith(values.only)) continue;
      process.stderr.write(`${id} `);
      results.push(...(await run()));
    }
    process.stderr.write('\n');
    const verdicts = TARGETS.map((target) => judge(target, results));
    const { notes } = field;
    return { machine: await machine(PACKAGES), quick: values.quick, results, verdicts, notes };
  } finally {
    await field.stop();
    await upstream.stop();
    await files.remove();
  }
}

function print(report: Report): void {
  const measured = {
    ...report,
    verdicts: report.verdicts.filter(({ target }) => report.results.some(({ id }) => id === target.result)),
  };
  const { results } = report;
  for (const text of [
    contendersTable(results),
    othersTable(results),
    busyTable(results),
    targetsTable(measured),
  ]) {
    if (text !== '') console.log(`${text}\n`);
  }
  for (const note of report.notes) console.log(`Not measured: ${note}.`);
}

async function write(report: Report): Promise<void> {
  await mkdir(new URL('performance/', root), { recursive: true });
  await writeFile(new URL('performance/figures.json', root), `${JSON.stringify(report, null, 1)}\n`);
  await writeFile(new URL('performance/throughput.svg', root), picture(report.results));
  const document = fileURLToPath(new URL('performance.md', root));
  await writeFile(document, withSection(await readFile(document, 'utf8'), section(report)));
}
