import type { ContenderName } from './contenders/contender.js';
import type { Load } from './load/generator.js';

/** How contenders are started: what they share a processor with, TLS towards the client, how many processes. */
export interface Variant {
  readonly name: 'plain' | 'TLS' | 'one processor' | 'two workers';
  readonly tls: boolean;
  readonly workers: number;
  /** For the contender; the load generator and the upstream have the first one. */
  readonly processors: string;
}

export const VARIANTS = {
  plain: { name: 'plain', tls: false, workers: 1, processors: '1' },
  tls: { name: 'TLS', tls: true, workers: 1, processors: '1' },
  together: { name: 'one processor', tls: false, workers: 1, processors: '0' },
  two: { name: 'two workers', tls: false, workers: 2, processors: '0,1' },
} as const satisfies Record<string, Variant>;

export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly unit: 'MB/s' | 'µs' | '/s';
  readonly variant: Variant;
  readonly contenders: readonly ContenderName[];
  readonly load: Load;
}

const ALL: readonly ContenderName[] = [
  'direct',
  'imap-send-proxy',
  'HAProxy TCP',
  'HAProxy splice',
  'nginx mail',
  'nginx mail 64k',
  'Dovecot proxy',
  'Node pipe',
  'Node onread',
];
/** Those that end TLS. */
const SECURE: readonly ContenderName[] = [
  'imap-send-proxy',
  'HAProxy TCP',
  'nginx mail',
  'Dovecot proxy',
  'Node pipe',
];
const FORKING: readonly ContenderName[] = ['imap-send-proxy', 'HAProxy TCP', 'nginx mail', 'Dovecot proxy'];

/** @param scale how much is transferred, and how long measured; 1 is a full run. */
export function scenarios(scale: number): readonly Scenario[] {
  const octets = 1e9 * scale;
  const seconds = 3 * scale;
  const { plain, tls, together, two } = VARIANTS;
  const download = (fetch: 'large' | 'lines' | 'small', connections: number, share = 1): Load => ({
    kind: 'download',
    fetch,
    connections,
    octets: octets * share,
  });
  const upload = (synchronizing: boolean): Load => ({
    kind: 'upload',
    synchronizing,
    connections: 4,
    octets,
  });
  const noop = (connections: number): Load => ({ kind: 'noop', connections, seconds });
  const logins: Load = { kind: 'logins', connections: 8, seconds };
  const measured = (unit: Scenario['unit'], variant: Variant, contenders: readonly ContenderName[]) => ({
    unit,
    variant,
    contenders,
  });
  const rate = measured('MB/s', plain, ALL);
  return [
    { id: 'large-1', title: '25 MB literals, 1 connection', load: download('large', 1), ...rate },
    { id: 'large-8', title: '25 MB literals, 8 connections', load: download('large', 8), ...rate },
    { id: 'lines-1', title: '100,000 short FETCH lines', load: download('lines', 1, 0.5), ...rate },
    { id: 'small-8', title: '10,000 literals of 2 kB, 8', load: download('small', 8, 0.5), ...rate },
    { id: 'upload-sync', title: 'upload 25 MB literals, 4', load: upload(true), ...rate },
    { id: 'upload-plus', title: 'upload 25 MB LITERAL+, 4', load: upload(false), ...rate },
    {
      id: 'tls-8',
      title: 'TLS, 25 MB literals, 8',
      load: download('large', 8, 0.5),
      ...measured('MB/s', tls, SECURE),
    },
    { id: 'noop-1', title: 'NOOP, 1 connection', load: noop(1), ...measured('µs', together, ALL) },
    { id: 'noop-64', title: 'NOOP, 64 connections', load: noop(64), ...measured('µs', plain, ALL) },
    { id: 'noop-64-2', title: 'NOOP, 64, two workers', load: noop(64), ...measured('µs', two, FORKING) },
    { id: 'logins', title: 'connect, log in, log out', load: logins, ...measured('/s', plain, ALL) },
    { id: 'logins-tls', title: 'the same with TLS', load: logins, ...measured('/s', tls, SECURE) },
  ];
}
