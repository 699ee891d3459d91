import { CONTENDER_NAMES, type ContenderName } from './contenders/contender.js';
import type { Fetch } from './load/canned.js';
import type { Load } from './load/generator.js';
import type { Unit } from './result.js';

/** How contenders are started: what they share a processor with, TLS towards the client, how many processes. */
export interface Variant {
  readonly name: 'plain' | 'TLS' | 'one processor' | 'two workers';
  readonly tls: boolean;
  readonly workers: number;
  /** For the contender. */
  readonly processors: string;
}

/** Of the load generator and the upstream. */
export const LOAD_PROCESSOR = '0';

export const VARIANTS = {
  plain: { name: 'plain', tls: false, workers: 1, processors: '1' },
  tls: { name: 'TLS', tls: true, workers: 1, processors: '1' },
  together: { name: 'one processor', tls: false, workers: 1, processors: '0' },
  two: { name: 'two workers', tls: false, workers: 2, processors: '0,1' },
} as const satisfies Record<string, Variant>;

export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  readonly variant: Variant;
  readonly contenders: readonly ContenderName[];
  /** By what distinguishes them in the result; nothing if there is one only. */
  readonly loads: Readonly<Record<string, Load>>;
}

/** Those that end TLS. */
const SECURE: readonly ContenderName[] = [
  'imap-send-proxy',
  'HAProxy TCP',
  'nginx mail',
  'Dovecot proxy',
  'Node pipe',
];
const FORKING: readonly ContenderName[] = ['imap-send-proxy', 'HAProxy TCP', 'nginx mail', 'Dovecot proxy'];
/** What the load generator itself loses or gains by other sizes shows in the direct connection. */
const GROWTH: readonly ContenderName[] = ['imap-send-proxy', 'direct'];

/** @param seconds how long each run counts. */
export function scenarios(seconds: number): readonly Scenario[] {
  const { plain, tls, together, two } = VARIANTS;
  const download = (fetch: Fetch, connections: number): Load => ({
    kind: 'download',
    fetch,
    connections,
    seconds,
  });
  const upload = (synchronizing: boolean): Load => ({
    kind: 'upload',
    synchronizing,
    connections: 4,
    seconds,
  });
  const noop = (connections: number): Load => ({ kind: 'noop', connections, seconds });
  const logins: Load = { kind: 'logins', connections: 8, seconds };
  const scenario =
    (unit: Unit, variant: Variant, contenders: readonly ContenderName[]) =>
    (id: string, title: string, load: Load): Scenario => ({
      ...{ id, title, unit, variant, contenders },
      loads: { '': load },
    });
  const rate = scenario('MB/s', plain, CONTENDER_NAMES);
  const growth = { unit: 'MB/s', variant: plain, contenders: GROWTH } as const;
  return [
    rate('large-1', '25 MB literals, 1 connection', download('large', 1)),
    rate('large-8', '25 MB literals, 8 connections', download('large', 8)),
    rate('lines-1', '100,000 short FETCH lines', download('lines', 1)),
    rate('small-8', '10,000 literals of 2 kB, 8 connections', download('small', 8)),
    rate('upload-sync', 'upload, 25 MB literals, 4 connections', upload(true)),
    rate('upload-plus', 'upload, 25 MB LITERAL+, 4 connections', upload(false)),
    scenario('MB/s', tls, SECURE)('tls-8', 'TLS, 25 MB literals, 8 connections', download('large', 8)),
    scenario('µs', together, CONTENDER_NAMES)('noop-1', 'NOOP, 1 connection, all on one processor', noop(1)),
    scenario('µs', plain, CONTENDER_NAMES)('noop-64', 'NOOP, 64 connections', noop(64)),
    scenario('µs', two, FORKING)('noop-64-2', 'NOOP, 64 connections, two workers', noop(64)),
    scenario('/s', plain, CONTENDER_NAMES)('logins', 'connect, log in, log out', logins),
    scenario('/s', tls, SECURE)('logins-tls', 'connect, log in, log out, with TLS', logins),
    {
      ...growth,
      id: 'growth-literals',
      title: 'size of literals',
      loads: {
        '250 kB': download('medium', 1),
        '25 MB': download('large', 1),
        '100 MB': download('larger', 1),
      },
    },
    {
      ...growth,
      id: 'growth-lines',
      title: 'number of lines',
      loads: {
        '10,000': download('fewLines', 1),
        '100,000': download('lines', 1),
        '1,000,000': download('manyLines', 1),
      },
    },
  ];
}
