import { expiresSoon } from '../proxy-certificates.js';
import { dateOf, until } from './certificate.js';
import { type Finding, failed, ok, warning } from './finding.js';

export interface SpoolFacts {
  readonly directory: string;
  /** Why no file can be made there. */
  readonly refusal: string | undefined;
  /** Octets that are free; undefined where the system does not tell. */
  readonly free: number | undefined;
}

const MIB = 1024 * 1024;
const size = (octets: number): string => `${Math.floor(octets / MIB)} MiB`;

/** Messages of the largest size that should fit at the same time. */
const LARGEST_AT_ONCE = 10;

export function spoolFinding({ directory, refusal, free }: SpoolFacts, maxMessageSize: number): Finding {
  const check = 'spool';
  if (refusal !== undefined) {
    const advice = 'let the user of the service write there, or choose another directory: --spool-dir';
    return failed(check, `${directory}: no file can be written (${refusal})`, advice);
  }
  if (free === undefined) return ok(check, `${directory}: files can be written`);
  const text = `${directory}: files can be written, ${size(free)} free`;
  const more = 'make room there, choose another directory with --spool-dir, or lower --max-message-size';
  if (free < maxMessageSize) {
    return failed(
      check,
      `${text}: less than one message (--max-message-size, ${size(maxMessageSize)})`,
      more,
    );
  }
  if (free < LARGEST_AT_ONCE * maxMessageSize) {
    return warning(check, `${text}: for fewer than ${LARGEST_AT_ONCE} of the largest messages at once`, more);
  }
  return ok(check, text);
}

/** A certificate of the listeners. That its key fits is known: the configuration would not have loaded. */
export interface OwnCertificate {
  readonly names: readonly string[];
  readonly keyType: string;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
}

export function certificateFinding(own: OwnCertificate, now: number): Finding {
  const check = 'certificate';
  const { names, keyType, validFrom, validTo } = own;
  const name = `${names.join(', ') || 'without a DNS name'} (${keyType})`;
  const renew = 'renew it, and let the proxy read it again (SIGHUP)';
  if (now > validTo) return failed(check, `${name}: ended on ${dateOf(validTo)}`, renew);
  if (now < validFrom) {
    return failed(check, `${name}: valid from ${dateOf(validFrom)}`, 'is the clock of this machine right?');
  }
  const text = `${name}: key fits, ${until(validTo, now)}`;
  return expiresSoon(validFrom, validTo, now) ? warning(check, text, renew) : ok(check, text);
}

export interface ClockFacts {
  /** How far the clock of Redis is before ours, in milliseconds. */
  readonly redisAhead: number | undefined;
  /** Begins of validity of the certificates that were seen, in milliseconds since 1970. */
  readonly certificatesFrom: readonly number[];
}

/** Beyond these, times in logs cannot be compared any more, and certificates are wrongly refused. */
const CLOCK_WARN_MS = 5_000;
const CLOCK_FAILED_MS = 60_000;

export function clockFinding({ redisAhead, certificatesFrom }: ClockFacts, now: number): Finding {
  const check = 'clock';
  const time = `${new Date(now).toISOString().slice(0, 19)}Z`;
  const synchronise = 'synchronise the clocks of both machines (NTP)';
  if (redisAhead !== undefined) {
    const off = Math.abs(redisAhead);
    const text = `${time}, ${(off / 1000).toFixed(1)} s ${redisAhead > 0 ? 'behind' : 'ahead of'} that of Redis`;
    if (off > CLOCK_FAILED_MS) return failed(check, text, synchronise);
    return off > CLOCK_WARN_MS ? warning(check, text, synchronise) : ok(check, text);
  }
  const latest = Math.max(...certificatesFrom);
  if (now < latest) {
    const text = `${time}, before a certificate became valid (${dateOf(latest)})`;
    return failed(check, text, 'set the clock of this machine right (NTP)');
  }
  const compared = certificatesFrom.length === 0 ? 'nothing to compare it with' : 'certificates agree';
  return ok(check, `${time}, ${compared}`);
}

export interface DescriptorFacts {
  /** Open files that the system allows a process; undefined where it does not tell. */
  readonly limit: number | undefined;
  readonly maxSessions: number;
  readonly workers: number;
}

/** For all that is no session: listeners, log, Redis, the submission server, spool files. */
const OTHER_DESCRIPTORS = 200;

export function descriptorFinding({ limit, maxSessions, workers }: DescriptorFacts): Finding {
  const check = 'descriptors';
  if (limit === undefined) return ok(check, 'the system does not tell its limit of open files');
  const raise = `raise the limit of open files (LimitNOFILE= of systemd, ulimit -n), or lower --max-sessions`;
  const sessions = Math.floor(((limit - OTHER_DESCRIPTORS) * workers) / 2);
  const text = `${limit} open files, enough for ${Math.max(0, sessions)} sessions`;
  if (!Number.isFinite(maxSessions)) {
    return warning(check, `${text}; --max-sessions is unlimited`, 'set --max-sessions to fewer than that');
  }
  // That of this process: the service may have another one.
  return sessions < maxSessions
    ? warning(check, `${text}; --max-sessions is ${maxSessions}`, raise)
    : ok(check, `${text}; --max-sessions is ${maxSessions}`);
}
