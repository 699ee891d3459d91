import {
  busyTable,
  contendersTable,
  DISTURBED,
  disturbed,
  othersTable,
  type Report,
  targetsTable,
} from './report.js';

const BEGIN = '<!-- npm run bench: begin -->';
const END = '<!-- npm run bench: end -->';

/** What `npm run bench` writes into docs/performance.md, as Markdown. */
export function section(report: Report): string {
  const { machine, quick, results, notes } = report;
  const how = quick
    ? 'A quick run (`npm run bench -- --quick`): one round, of less; the figures scatter.'
    : 'Medians of three rounds.';
  return [
    `${machine.join('; ')}. ${how}`,
    ...(disturbed(results) ? [`**${DISTURBED}**`] : []),
    '![Throughput](performance/throughput.svg)',
    '### Targets',
    targetsTable(report),
    ...notes,
    '### Contenders',
    contendersTable(results),
    '### SEND, and growth',
    othersTable(results),
    '### How busy they were',
    busyTable(results),
  ].join('\n\n');
}

/** @throws Error if the document has no place for it. */
export function withSection(document: string, text: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('the document has no place for the figures');
  return `${document.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${document.slice(end)}`;
}
