import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { ensure } from '../test/support/packages.js';
import { scratchDirectory } from '../test/support/scratch.js';
import { PACKAGES } from './contenders/all.js';
import { experiments } from './experiments.js';
import { Field } from './field.js';
import { machine } from './machine.js';
import { startUpstream } from './processes.js';
import { publish, published } from './report/publish.js';
import {
  busyTable,
  contendersTable,
  DISTURBED,
  disturbed,
  othersTable,
  type Report,
  targetsTable,
} from './report/report.js';
import type { Result } from './result.js';
import { LOAD_PROCESSOR } from './scenarios.js';
import { judge, TARGETS } from './targets.js';

const { values } = parseArgs({
  options: {
    /** Less of everything: under two minutes. */
    quick: { type: 'boolean', default: false },
    /** Only what has an id that begins so. */
    only: { type: 'string', default: '' },
    /** Into docs/, also if it is a quick run. */
    write: { type: 'boolean', default: false },
    /** Nothing is measured: docs/ is written again from the figures there. */
    render: { type: 'boolean', default: false },
  },
});

if (values.render) await publish(await published());
else await main();

async function main(): Promise<void> {
  const complete = values.only === '';
  if (values.write && !complete) throw new Error('--write needs a whole run, without --only');
  await ensure(...PACKAGES);
  // Also for all that is started from here and not pinned elsewhere.
  await promisify(execFile)('taskset', ['-acp', LOAD_PROCESSOR, String(process.pid)]);
  const report = await measureAll();
  print(report);
  if (values.write || (complete && !values.quick)) await publish(report);
}

async function measureAll(): Promise<Report> {
  const files = scratchDirectory('bench');
  const upstream = await startUpstream(files.path);
  const field = new Field(upstream);
  const results: Result[] = [];
  try {
    for (const { id, run } of experiments(field, values.quick)) {
      if (!id.startsWith(values.only)) continue;
      process.stderr.write(`${id} `);
      results.push(...(await run()));
    }
    process.stderr.write('\n');
  } finally {
    await field.stop();
    await upstream.stop();
    await files.remove();
  }
  const verdicts = TARGETS.map((target) => judge(target, results));
  return { machine: await machine(PACKAGES), quick: values.quick, results, verdicts, notes: field.notes };
}

function print(report: Report): void {
  const { results, verdicts, notes } = report;
  const measured = new Set(results.map(({ id }) => id));
  const asked = verdicts.filter(({ target }) => measured.has(target.result));
  const tables = [
    contendersTable(results),
    othersTable(results),
    busyTable(results),
    targetsTable({ ...report, verdicts: asked }),
  ];
  for (const text of tables.filter((each) => each !== '')) console.log(`${text}\n`);
  for (const note of notes) console.log(note);
  if (disturbed(results)) console.log(DISTURBED);
}
