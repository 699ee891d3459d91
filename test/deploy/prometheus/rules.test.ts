import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { CATALOGUE, type Described, PREFIX } from '../../../src/metrics/catalogue.js';
import { ensure } from '../../support/packages.js';
import { scratchDirectory } from '../../support/scratch.js';

const run = promisify(execFile);
const path = (file: string) => fileURLToPath(new URL(`../../../../${file}`, import.meta.url));
const read = (file: string) => readFileSync(path(file), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
}
const rules = (
  parse(read('deploy/prometheus/alerts.yaml')) as { groups: { rules: Rule[] }[] }
).groups.flatMap((group) => group.rules);

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}
const { panels } = JSON.parse(read('deploy/grafana/dashboard.json')) as { panels: Panel[] };
const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

before(() => ensure('prometheus'));

test('promtool takes the alerts', async () => {
  const { stdout } = await run('promtool', ['check', 'rules', path('deploy/prometheus/alerts.yaml')]);
  assert.match(stdout, new RegExp(`SUCCESS: ${rules.length} rules found`));
});

test('each alert fires when it should, and is silent when all is well', async () => {
  const file = path('test/deploy/prometheus/alerts-test.yaml');
  const { stdout } = await run('promtool', ['test', 'rules', file]);
  assert.match(stdout, /SUCCESS/);
  for (const { alert } of rules) assert.equal(readFileSync(file, 'utf8').split(alert).length, 3, alert);
});

/** Names of our metrics with the labels that a query asks of each, which is more than `instance` and those of scraping. */
function asked(query: string): { name: string; labels: string[] }[] {
  const by = [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(/, */));
  const metrics = [...query.matchAll(/\b(?:imap_send_proxy_)(\w+)(?:\{([^}]*)\})?/g)];
  return metrics.map(([, name = '', selector = '']) => ({
    name,
    labels: [...selector.matchAll(/(\w+) *[=!]/g)]
      .map(([, label = '']) => label)
      .concat(
        // Of a query of several metrics nobody can tell which one the grouping is of.
        new Set(metrics.map(([, each]) => each)).size === 1 ? by : [],
      ),
  }));
}

for (const [where, expressions] of [
  ['alerts', rules.map(({ expr }) => expr)],
  ['dashboard', queries],
] as const) {
  test(`metrics and labels in the ${where} are those of the proxy`, () => {
    const known: Readonly<Record<string, Described>> = CATALOGUE;
    let metrics = 0;
    for (const { name, labels } of expressions.flatMap(asked)) {
      const series = name.replace(/_(bucket|sum|count)$/, '');
      const described = known[name] ?? (known[series]?.kind === 'histogram' ? known[series] : undefined);
      assert.ok(described, `${PREFIX}${name}`);
      const allowed = [...(described.labels ?? []), 'instance', 'job'];
      if (described.kind === 'histogram') allowed.push('le');
      for (const label of labels) assert.ok(allowed.includes(label), `${name}: ${label}`);
      metrics++;
    }
    assert.ok(metrics >= expressions.length - 1, `${metrics} metrics found`);
  });
}

describe('the dashboard', () => {
  test('has queries that Prometheus can read', async () => {
    // promtool reads expressions as rules only; the variables are Grafana's.
    const files = scratchDirectory('dashboard');
    const lines = queries.map((expr, n) => ({
      record: `q${n}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'),
    }));
    const file = join(files.path, 'rules.yaml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'q', rules: lines }] }));
    await run('promtool', ['check', 'rules', '--lint=none', file]).finally(() => files.remove());
  });

  test('shows every metric of the proxy', () => {
    const shown = new Set(queries.flatMap(asked).flatMap(({ name }) => [name, name.replace(/_bucket$/, '')]));
    const left = Object.keys(CATALOGUE).filter((name) => !shown.has(name));
    assert.deepEqual(left, NOT_SHOWN);
  });

  test('has panels that do not overlap, each with its own number', () => {
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    const taken = new Map<string, string>();
    for (const { title, gridPos } of panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.equal(taken.get(`${x},${y}`), undefined, `${title} covers ${taken.get(`${x},${y}`)}`);
          taken.set(`${x},${y}`, title);
        }
    }
  });
});

/** What is of use in an alert, or in a search for a cause, and only takes room in a picture. */
const NOT_SHOWN: readonly string[] = [
  'session_duration_seconds',
  'proxy_headers_refused_total',
  'configuration_reloads_total',
  'configuration_last_reload_success_timestamp_seconds',
  'sender_map_reads_total',
  'workers',
  'admin_requests_refused_total',
];
