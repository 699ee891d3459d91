import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { judge, TARGETS } from '../targets.js';
import { section, withSection } from './document.js';
import { picture } from './picture.js';
import type { Report } from './report.js';

const docs = new URL('../../../docs/', import.meta.url);
const figures = new URL('performance/figures.json', docs);
const document = new URL('performance.md', docs);

/** Writes the report as JSON, as a picture, and into the document. */
export async function publish(report: Report): Promise<void> {
  await mkdir(new URL('performance/', docs), { recursive: true });
  await writeFile(figures, `${JSON.stringify(report, null, 1)}\n`);
  await writeFile(new URL('performance/throughput.svg', docs), picture(report.results));
  await writeFile(document, withSection(await readFile(document, 'utf8'), section(report)));
}

/** The one that was published last, judged by the targets of today. */
export async function published(): Promise<Report> {
  const report = JSON.parse(await readFile(figures, 'utf8')) as Report;
  return { ...report, verdicts: TARGETS.map((target) => judge(target, report.results)) };
}
