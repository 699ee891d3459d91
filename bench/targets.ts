import type { ContenderName } from './contenders/contender.js';
import { type Result, written } from './result.js';

/** What a figure has to be, by the others of the same run. */
export interface Target {
  readonly text: string;
  /** Id of the result. */
  readonly result: string;
  readonly ours: string;
  /** Another figure of the same result, the slowest of several (so they are rates), or a constant in its unit. */
  readonly than: string | readonly string[] | number;
  readonly relation: '≥' | '≤';
  readonly factor: number;
}

/** Undefined where it was not measured. */
export interface Verdict {
  readonly target: Target;
  /** Of ours and what it is compared with; ours itself where that is a constant. */
  readonly measured: number | undefined;
  readonly met: boolean | undefined;
}

export function judge(target: Target, results: readonly Result[]): Verdict {
  const { ours, than, relation, factor } = target;
  const result = results.find(({ id }) => id === target.result);
  const value = result?.figures[ours]?.median;
  const reference = typeof than === 'number' ? 1 : slowest([than].flat(), result);
  if (value === undefined || reference === undefined) return { target, measured: undefined, met: undefined };
  const measured = value / reference;
  const bound = typeof than === 'number' ? than * factor : factor;
  return { target, measured, met: relation === '≥' ? measured >= bound : measured <= bound };
}

function slowest(names: readonly string[], result: Result | undefined): number | undefined {
  const values = names.map((name) => result?.figures[name]?.median);
  return values.includes(undefined) ? undefined : Math.min(...(values as number[]));
}

/** For example `≥ 1.5 × HAProxy TCP`, `≤ 12 KiB`. */
export function boundOf({ than, relation, factor }: Target, unit: string): string {
  if (typeof than === 'number') return `${relation} ${than * factor} ${unit}`;
  return `${relation} ${factor} × ${typeof than === 'string' ? than : `the slower of ${than.join(', ')}`}`;
}

export function measuredOf({ target, measured }: Verdict, unit: string): string {
  if (measured === undefined) return 'not measured';
  return typeof target.than === 'number' ? `${written(measured)} ${unit}` : measured.toFixed(2);
}

type Peer = ContenderName;
const OURS: Peer = 'imap-send-proxy';

const against = (
  text: string,
  result: string,
  relation: Target['relation'],
  factor: number,
  than: Peer,
): Target => ({
  ...{ text, result, ours: OURS, than, relation, factor },
});
const below = (text: string, result: string, ours: string, than: number): Target => ({
  ...{ text, result, ours, than, relation: '≤', factor: 1 },
});
/** How much slower may be called the same: what is left are caches. */
const SAME = 0.8;
const growth = (text: string, result: string, size: string, usual: string): Target => ({
  ...{ text, result, relation: '≥', factor: SAME },
  ours: `${size}, ${OURS}`,
  than: `${usual}, ${OURS}`,
});

const bulk = [
  ['bulk download, 1 connection', 'large-1'],
  ['bulk download, 8 connections', 'large-8'],
].flatMap(([text, result]) => [
  against(text as string, result as string, '≥', 1.5, 'HAProxy TCP'),
  against(text as string, result as string, '≥', 2, 'Dovecot proxy'),
  against(text as string, result as string, '≥', 2, 'nginx mail'),
  against(text as string, result as string, '≥', 2, 'nginx mail 64k'),
  against(text as string, result as string, '≥', 0.75, 'HAProxy splice'),
]);

export const TARGETS: readonly Target[] = [
  ...bulk,
  against('100,000 short FETCH lines', 'lines-1', '≥', 1.2, 'HAProxy TCP'),
  against('10,000 literals of 2 kB', 'small-8', '≥', 1.2, 'HAProxy TCP'),
  against('upload of synchronizing literals', 'upload-sync', '≥', 1.5, 'HAProxy TCP'),
  against('upload with LITERAL+', 'upload-plus', '≥', 1.5, 'HAProxy TCP'),
  against('TLS download, 8 connections', 'tls-8', '≥', 1, 'HAProxy TCP'),
  // Less time is better: 0.9 of the speed is 1 / 0.9 of the time.
  against('NOOP, 64 connections', 'noop-64', '≤', 1.11, 'Node pipe'),
  against('NOOP, 64 connections, two workers', 'noop-64-2', '≤', 1, 'nginx mail'),
  against('added latency, 1 connection', 'latency', '≤', 1.1, 'Node pipe'),
  against('connect, log in, log out', 'logins', '≥', 0.9, 'Node pipe'),
  against('the same with TLS', 'logins-tls', '≥', 1, 'nginx mail'),
  below('memory of an idle session', 'idle-plain', OURS, 12),
  below('memory of an idle session with TLS', 'idle-tls', OURS, 40),
  below('memory of all with 10,000 idle sessions', 'crowd-memory', 'with the crowd', 200),
  below('of what they took, kept when they left', 'crowd-kept', 'kept', 25),
  { ...between('beside 10,000 idle sessions: download', 'crowd-large-8', '≥'), factor: 0.9 },
  { ...between('beside 10,000 idle sessions: NOOP', 'crowd-noop-64', '≤'), factor: 1.1 },
  growth('throughput of literals of 250 kB', 'growth-literals', '250 kB', '25 MB'),
  growth('throughput of literals of 100 MB', 'growth-literals', '100 MB', '25 MB'),
  growth('throughput of 10,000 lines', 'growth-lines', '10,000', '100,000'),
  growth('throughput of 1,000,000 lines', 'growth-lines', '1,000,000', '100,000'),
  {
    ...{ text: 'one message of 100 MB by SEND', result: 'send-large', ours: 'SEND' },
    ...{ than: ['FETCH', 'SMTP'], relation: '≥', factor: 0.7 },
  },
  below('memory that it takes', 'send-large-memory', 'SEND', 16),
  {
    ...{ text: '1,000 small messages by SEND, 100 at a time', result: 'send-many', ours: 'SEND' },
    ...{ than: 'one by one', relation: '≥', factor: 3 },
  },
  {
    ...{ text: 'octets uploaded to send and keep a message', result: 'send-upload', ours: 'APPEND, SEND' },
    ...{ than: 'SMTP, APPEND', relation: '≤', factor: 0.51 },
  },
];

function between(text: string, result: string, relation: Target['relation']): Omit<Target, 'factor'> {
  return { text, result, ours: 'beside them', than: 'alone', relation };
}
