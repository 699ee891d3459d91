import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { section, withSection } from '../../bench/report/document.js';
import { picture } from '../../bench/report/picture.js';
import {
  busyTable,
  contendersTable,
  disturbed,
  othersTable,
  type Report,
} from '../../bench/report/report.js';
import { table } from '../../bench/report/table.js';
import { figure, type Result } from '../../bench/result.js';
import { judge, TARGETS } from '../../bench/targets.js';

const one = (value: number, contender?: number) =>
  figure([{ figure: value, ...(contender !== undefined && { busy: { contender, load: 50 } }) }]);

const results: readonly Result[] = [
  {
    id: 'large-1',
    title: 'literals',
    unit: 'MB/s',
    figures: { direct: one(2000), 'imap-send-proxy': one(1500, 99.6), 'HAProxy TCP': one(1000, 98) },
  },
  { id: 'tls-8', title: 'TLS <8>', unit: 'MB/s', figures: { 'imap-send-proxy': one(500, 97) } },
  { id: 'send-large', title: 'by SEND', unit: 'MB/s', figures: { FETCH: one(300), SEND: one(95.5) } },
];

test('a table lines up', () => {
  const rows = [
    ['', 'µs'],
    ['idle', '12'],
  ];
  assert.equal(table(rows), '|      |  µs |\n| ---- | --: |\n| idle |  12 |');
  assert.equal(table(rows, 'left'), '|      | µs  |\n| ---- | --- |\n| idle | 12  |');
  assert.equal(table([['alone']]), '');
});

test('contenders have a column each, in one order; what was not measured shows', () => {
  assert.equal(
    contendersTable(results),
    `
| median         | direct | imap-send-proxy | HAProxy TCP |
| -------------- | -----: | --------------: | ----------: |
| literals, MB/s |   2000 |            1500 |        1000 |
| TLS <8>, MB/s  |      – |             500 |           – |`.trimStart(),
  );
  assert.match(busyTable(results), /\| literals +\| +– \| +100 \/ 50 \| +98 \/ 50 \|/);
  assert.match(othersTable(results), /\| by SEND, MB\/s \| FETCH: 300 · SEND: 95.5 \|/);
});

test('it shows when something else took the processors', () => {
  assert.equal(disturbed(results), false);
  const starved = results.map((result) => ({ ...result, figures: { ours: one(1, 60) } }));
  assert.equal(disturbed(starved), true);
});

test('the picture has a bar for each throughput of a contender, and colours for dark pages', () => {
  const svg = picture(results);
  assert.equal(svg.match(/class="v"/g)?.length, 3);
  assert.match(svg, /prefers-color-scheme:dark/);
  assert.match(svg, /TLS &lt;8>/);
  // The longest bar is the fastest contender's, to scale.
  const widths = [...svg.matchAll(/<rect class="c\d" x="250" y="\d+" width="([\d.]+)"/g)].map(([, width]) =>
    Number(width),
  );
  assert.deepEqual(widths, [420, 280, 140]);
});

test('the document keeps what is around the figures', () => {
  const document = 'before\n<!-- npm run bench: begin -->\nold\n<!-- npm run bench: end -->\nafter\n';
  assert.equal(
    withSection(document, 'new'),
    'before\n<!-- npm run bench: begin -->\n\nnew\n\n<!-- npm run bench: end -->\nafter\n',
  );
  assert.throws(() => withSection('no place', 'new'));
});

const docs = new URL('../../../docs/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, docs), 'utf8');

test('the document on performance shows the figures that are kept beside it, and all targets of today', () => {
  const report = JSON.parse(read('performance/figures.json')) as Report;
  const text = read('performance.md');
  assert.equal(withSection(text, section(report)), text);
  assert.deepEqual(
    report.verdicts.map(({ target }) => target),
    JSON.parse(JSON.stringify(TARGETS)),
  );
  for (const { target, met } of report.verdicts) assert.equal(judge(target, report.results).met, met);
  assert.equal(read('performance/throughput.svg'), picture(report.results));
});
