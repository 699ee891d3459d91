import { clean } from '../log/clean.js';
import type { Finding } from './finding.js';

const MARKS = { ok: '✓', warning: '⚠', failed: '✗' } as const;
const COLOURS = { ok: 32, warning: 33, failed: 31 } as const;

/** Characters of a line that are shown: a capability list is long, an attack longer. */
const MAX_TEXT = 1000;

const NAME_WIDTH = 21;

export type Counts = Readonly<Record<Finding['status'], number>>;

export function countsOf(findings: readonly Finding[]): Counts {
  const count = (status: Finding['status']): number =>
    findings.filter((finding) => finding.status === status).length;
  return { ok: count('ok'), warning: count('warning'), failed: count('failed') };
}

/** One line for each, and one with the counts. What servers said is cleaned: it may be meant for the terminal. */
export function asText(findings: readonly Finding[], colour: boolean): string {
  const lines = findings.map(({ check, status, text, advice }) => {
    const mark = colour ? `\x1b[${COLOURS[status]}m${MARKS[status]}\x1b[0m` : MARKS[status];
    const hint = advice === undefined ? '' : ` → ${clean(advice, MAX_TEXT)}`;
    return `${mark} ${check.padEnd(NAME_WIDTH)} ${clean(text, MAX_TEXT)}${hint}`;
  });
  const counts = countsOf(findings);
  const summary = `${counts.ok} ok, ${counts.warning} ${counts.warning === 1 ? 'warning' : 'warnings'}, ${counts.failed} failed`;
  return `${[...lines, summary].join('\n')}\n`;
}

/** The same for a program. docs/check.md has its shape. */
export function asJson(findings: readonly Finding[]): string {
  const checks = findings.map(({ check, status, text, advice }) => ({
    check,
    status,
    text: clean(text, MAX_TEXT),
    ...(advice !== undefined && { advice: clean(advice, MAX_TEXT) }),
  }));
  const counts = countsOf(findings);
  return `${JSON.stringify({ ok: counts.failed === 0, counts, checks }, undefined, 2)}\n`;
}
