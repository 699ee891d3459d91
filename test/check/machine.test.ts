import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../src/check/finding.js';
import {
  certificateFinding,
  clockFinding,
  descriptorFinding,
  spoolFinding,
} from '../../src/check/machine.js';
import { DAY, NOW, shown } from './facts.js';

const MIB = 1024 * 1024;
const spool = (refusal: string | undefined, free: number | undefined): Finding =>
  spoolFinding({ directory: '/spool', refusal, free }, 100 * MIB);
const own = (from: number, to: number): Finding =>
  certificateFinding({ names: ['a.example'], keyType: 'ec', validFrom: from, validTo: to }, NOW);
const clock = (redisAhead?: number, ...certificatesFrom: number[]): Finding =>
  clockFinding({ redisAhead, certificatesFrom }, NOW);
const descriptors = (limit: number | undefined, maxSessions: number, workers = 1): Finding =>
  descriptorFinding({ limit, maxSessions, workers });

describe('what is found on the machine', () => {
  const room = 'make room there, choose another directory with --spool-dir, or lower --max-message-size';
  const renew = 'renew it, and let the proxy read it again (SIGHUP)';
  const raise = 'raise the limit of open files (LimitNOFILE= of systemd, ulimit -n), or lower --max-sessions';
  const ntp = 'synchronise the clocks of both machines (NTP)';
  const table: readonly (readonly [Finding, line: string])[] = [
    [spool(undefined, 1000 * MIB), '+ spool: /spool: files can be written, 1000 MiB free'],
    [spool(undefined, undefined), '+ spool: /spool: files can be written'],
    [
      spool(undefined, 999 * MIB),
      `? spool: /spool: files can be written, 999 MiB free: for fewer than 10 of the largest messages at once → ${room}`,
    ],
    [
      spool(undefined, 99 * MIB),
      `- spool: /spool: files can be written, 99 MiB free: less than one message (--max-message-size, 100 MiB) → ${room}`,
    ],
    [
      spool('permission denied', undefined),
      '- spool: /spool: no file can be written (permission denied) → let the user of the service write there, or choose another directory: --spool-dir',
    ],
    [
      own(NOW - 30 * DAY, NOW + 60 * DAY),
      '+ certificate: a.example (ec): key fits, until 2027-01-22 (60 days)',
    ],
    [
      own(NOW - 80 * DAY, NOW + DAY),
      `? certificate: a.example (ec): key fits, until 2026-11-24 (1 day) → ${renew}`,
    ],
    [own(NOW - 80 * DAY, NOW - 1), `- certificate: a.example (ec): ended on 2026-11-22 → ${renew}`],
    [
      own(NOW + DAY, NOW + 9 * DAY),
      '- certificate: a.example (ec): valid from 2026-11-24 → is the clock of this machine right?',
    ],
    [clock(1_200), '+ clock: 2026-11-23T00:00:00Z, 1.2 s behind that of Redis'],
    [clock(-5_100), `? clock: 2026-11-23T00:00:00Z, 5.1 s ahead of that of Redis → ${ntp}`],
    [clock(60_100), `- clock: 2026-11-23T00:00:00Z, 60.1 s behind that of Redis → ${ntp}`],
    [clock(undefined), '+ clock: 2026-11-23T00:00:00Z, nothing to compare it with'],
    [clock(undefined, NOW - DAY), '+ clock: 2026-11-23T00:00:00Z, certificates agree'],
    [
      clock(undefined, NOW - DAY, NOW + DAY),
      '- clock: 2026-11-23T00:00:00Z, before a certificate became valid (2026-11-24) → set the clock of this machine right (NTP)',
    ],
    [
      descriptors(2_200, 1_000),
      '+ descriptors: 2200 open files, enough for 1000 sessions; --max-sessions is 1000',
    ],
    [
      descriptors(2_200, 1_001),
      `? descriptors: 2200 open files, enough for 1000 sessions; --max-sessions is 1001 → ${raise}`,
    ],
    [
      descriptors(2_200, 2_000, 2),
      '+ descriptors: 2200 open files, enough for 2000 sessions; --max-sessions is 2000',
    ],
    [
      descriptors(100, Number.POSITIVE_INFINITY),
      '? descriptors: 100 open files, enough for 0 sessions; --max-sessions is unlimited → set --max-sessions to fewer than that',
    ],
    [descriptors(undefined, 1), '+ descriptors: the system does not tell its limit of open files'],
  ];
  for (const [finding, line] of table) test(line, () => assert.equal(shown(finding), line));
});
