import { CONTENDER_NAMES } from '../contenders/contender.js';
import { type Figure, type Result, written } from '../result.js';
import { boundOf, measuredOf, type Verdict } from '../targets.js';
import { table } from './table.js';

/** A whole run, as it is written as JSON. */
export interface Report {
  readonly machine: readonly string[];
  /** Less was transferred, and once only: the figures scatter. */
  readonly quick: boolean;
  readonly results: readonly Result[];
  readonly verdicts: readonly Verdict[];
  /** What was not measured, and why. */
  readonly notes: readonly string[];
}

const ABSENT = '–';
const isContender = (name: string): boolean => (CONTENDER_NAMES as readonly string[]).includes(name);
const comparesContenders = ({ figures }: Result): boolean => Object.keys(figures).every(isContender);

/** The results that compare contenders. */
export function contendersTable(results: readonly Result[]): string {
  return byContender(results.filter(comparesContenders), 'median', ({ median }) => written(median));
}

/** For how much of the time each contender kept its processor busy, and the load generator and the upstream theirs. */
export function busyTable(results: readonly Result[]): string {
  const measured = results
    .filter(comparesContenders)
    .filter(({ figures }) => Object.values(figures).some(({ busy }) => busy !== undefined));
  return byContender(measured, 'contender / load, %', ({ busy }) =>
    busy === undefined ? ABSENT : `${busy.contender.toFixed(0)} / ${busy.load.toFixed(0)}`,
  );
}

export const DISTURBED =
  'In most runs neither side had its processor for itself: the machine was busy with other things, and the ratios say little.';

/** Whoever is the limit of a throughput keeps its processor busy, if nobody else does. */
export function disturbed(results: readonly Result[]): boolean {
  const busy = results
    .filter(({ unit }) => unit === 'MB/s')
    .flatMap(({ figures }) => Object.values(figures).flatMap((each) => each.busy ?? []));
  const starved = busy.filter(({ contender, load }) => Math.max(contender, load) < 70);
  return starved.length > busy.length / 2;
}

/** All others. */
export function othersTable(results: readonly Result[]): string {
  const rows = results
    .filter((result) => !comparesContenders(result))
    .map(({ title, unit, figures }) => {
      const texts = Object.entries(figures).map(([name, { median }]) => `${name}: ${written(median)}`);
      return [`${title}, ${unit}`, texts.join(' · ')];
    });
  return table([['', 'medians'], ...rows], 'left');
}

export function targetsTable({ verdicts, results }: Report): string {
  const rows = verdicts.map((verdict) => {
    const { target, met } = verdict;
    const unit = results.find(({ id }) => id === target.result)?.unit ?? '';
    const answer = met === undefined ? ABSENT : met ? 'yes' : '**no**';
    return [target.text, measuredOf(verdict, unit), boundOf(target, unit), answer];
  });
  return table([['target', 'measured', 'bound', 'met'], ...rows], 'left');
}

function byContender(results: readonly Result[], corner: string, cell: (figure: Figure) => string): string {
  const names = CONTENDER_NAMES.filter((name) => results.some(({ figures }) => name in figures));
  const rows = results.map(({ title, unit, figures }) => [
    corner === 'median' ? `${title}, ${unit}` : title,
    ...names.map((name) => {
      const each = figures[name];
      return each === undefined ? ABSENT : cell(each);
    }),
  ]);
  return table([[corner, ...names], ...rows]);
}
