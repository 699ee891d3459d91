import { area, bars, line } from './curve.js';
import { byId, draw, make, setAttribute, setText } from './dom.js';
import { count, counted, octets } from './format.js';
import { SAMPLE_SECONDS, SAMPLES, type Sample, type Status } from './interface.js';

const LINES = { slots: SAMPLES, height: 40 };
/** Two samples in a bar: one alone is too thin to be seen. */
const BARS = { slots: SAMPLES / 2, height: 40 };
const BAR = `${2 * SAMPLE_SECONDS} s`;
const MINUTE = 60 / SAMPLE_SECONDS;

/** What one chart says at the moment. */
interface Reading {
  readonly figure: string;
  readonly note: string;
  /** What its height stands for. */
  readonly scale: string;
  /** For who does not see the chart. */
  readonly spoken: string;
  /** Of its two series. */
  readonly paths: readonly [string, string];
}

type Count = keyof Sample;

/** Four charts of the last ten minutes, each with the figure that matters. */
export function rateCharts(): (status: Status) => void {
  const place = byId('rates', HTMLElement);
  const sessions = chart(place, 'Sessions', 'bars');
  const logins = chart(place, 'Logins in a minute', 'bars');
  const sends = chart(place, 'SENDs in a minute', 'bars');
  const traffic = chart(place, 'To clients', 'lines');
  return ({ rates, sessions: { open, limit } }) => {
    sessions(openings(rates, open, limit));
    logins(failing(rates, 'logins', 'loginFailures', 'login'));
    sends(failing(rates, 'sends', 'sendFailures', 'message'));
    traffic(flow(rates));
  };
}

const total = (rates: readonly Sample[], name: Count): number =>
  rates.reduce((sum, sample) => sum + sample[name], 0);

/** In the last minute. */
const recent = (rates: readonly Sample[], name: Count): number => total(rates.slice(-MINUTE), name);

function openings(rates: readonly Sample[], open: number, limit: number | null): Reading {
  const opened = paired(rates.map(({ sessionsOpened }) => sessionsOpened));
  const most = Math.max(...opened, 1);
  const limited = limit === null ? '' : `limit ${count(limit)}, `;
  return {
    figure: count(open),
    note: `${limited}${count(recent(rates, 'sessionsOpened'))} new in a minute`,
    scale: `most: ${count(most)} new in ${BAR}`,
    spoken: `${count(total(rates, 'sessionsOpened'))} opened in ten minutes`,
    paths: [bars(opened, [], most, BARS), ''],
  };
}

/** Messages that failed are among those that were sent; failed logins are not among the logins. */
function failing(rates: readonly Sample[], name: 'logins' | 'sends', failures: Count, noun: string): Reading {
  const failed = paired(rates.map((sample) => sample[failures]));
  const all = paired(rates.map((sample) => sample[name]));
  const well = name === 'sends' ? all.map((value, at) => value - (failed[at] ?? 0)) : all;
  const most = Math.max(...well.map((value, at) => value + (failed[at] ?? 0)), 1);
  const lately = recent(rates, failures);
  return {
    figure: count(recent(rates, name)),
    note: lately === 0 ? 'none failed' : `${count(lately)} failed`,
    scale: `most: ${count(most)} in ${BAR}`,
    spoken: `${counted(total(rates, name), noun)} in ten minutes, ${count(total(rates, failures))} failed`,
    paths: [bars(well, [], most, BARS), bars(failed, well, most, BARS)],
  };
}

function flow(rates: readonly Sample[]): Reading {
  const down = rates.map(({ bytesOut }) => bytesOut);
  const up = rates.map(({ bytesIn }) => bytesIn);
  const most = Math.max(...down, ...up, 1);
  const perSecond = (value: number | undefined): string =>
    `${octets(Math.round((value ?? 0) / SAMPLE_SECONDS))}/s`;
  return {
    figure: perSecond(down.at(-1)),
    note: `from clients ${perSecond(up.at(-1))}`,
    scale: `most: ${perSecond(most)}`,
    spoken: `${octets(total(rates, 'bytesOut'))} to clients and ${octets(total(rates, 'bytesIn'))} from them in ten minutes`,
    paths: [area(down, most, LINES), line(up, most, LINES)],
  };
}

function chart(place: HTMLElement, name: string, kind: 'bars' | 'lines'): (reading: Reading) => void {
  const grid = kind === 'bars' ? BARS : LINES;
  const figure = make('p', { class: 'figure' });
  const note = make('p', { class: 'quiet' });
  const picture = draw('svg', {
    role: 'img',
    class: kind,
    viewBox: `0 0 ${grid.slots} ${grid.height}`,
    preserveAspectRatio: 'none',
  });
  const series = ['first', 'second'].map((rank) => draw('path', { class: rank }));
  picture.append(...series);
  const scale = make('span');
  const ends = ['10 min ago', 'now'].map((text) => make('span', {}, text)) as [HTMLElement, HTMLElement];
  const span = make('p', { class: 'span', 'aria-hidden': 'true' }, ends[0], scale, ends[1]);
  place.append(make('div', { class: 'chart' }, make('h2', {}, name), figure, note, picture, span));
  return (reading) => {
    setText(figure, reading.figure);
    setText(note, reading.note);
    setText(scale, reading.scale);
    setAttribute(picture, 'aria-label', `${name}: ${reading.spoken}`);
    for (const [at, path] of reading.paths.entries()) setAttribute(series[at] as Element, 'd', path);
  };
}

/** Sums of two, counted from the end, where the newest is. */
function paired(values: readonly number[]): number[] {
  const sums: number[] = [];
  for (let at = values.length - 1; at >= 0; at -= 2) sums.unshift((values[at] ?? 0) + (values[at - 1] ?? 0));
  return sums;
}
