import type { EventName, Events } from '../log/events.js';
import type { Log } from '../log/logger.js';
import type { Octets } from '../metrics/readings.js';

/** One interval. */
export interface Sample {
  /** When it ended, ISO 8601. */
  readonly at: string;
  readonly sessionsOpened: number;
  readonly logins: number;
  readonly loginFailures: number;
  readonly sends: number;
  readonly sendFailures: number;
  /** From and to clients. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** What became of one message. */
export interface RecentSend {
  readonly at: string;
  readonly session: string;
  readonly user: string;
  readonly uid: number;
  readonly outcome: 'OK' | 'NO';
  /** The SMTP command that was refused. */
  readonly stage?: string;
  readonly reply: string;
  readonly recipients: number;
  readonly octets: number;
  readonly durationMs: number;
  /** An earlier SEND had submitted it. */
  readonly repeated?: true;
}

/** Of ten minutes, at one in `SAMPLE_MS`. */
const SAMPLES = 120;
export const SAMPLE_MS = 5_000;
const SENDS = 200;
/** Characters of what a peer says. */
const MAX_TEXT = 512;

const NOTHING = { sessionsOpened: 0, logins: 0, loginFailures: 0, sends: 0, sendFailures: 0 };

/** What happened lately, by what was logged. */
export class Activity {
  readonly #samples: Sample[] = [];
  readonly #sends: RecentSend[] = [];
  readonly #now: () => Date;
  #counts = { ...NOTHING };
  #octets: Octets = { fromClients: 0, toClients: 0 };

  constructor(now = () => new Date()) {
    this.#now = now;
  }

  /** A log that is watched, and passes on to `log`. */
  watching(log: Log): Log {
    return {
      event: (name, fields) => {
        this.#watch(name, fields);
        log.event(name, fields);
      },
    };
  }

  /** An interval is over; `octets` passed since the start. */
  sample(octets: Octets): void {
    const bytesIn = octets.fromClients - this.#octets.fromClients;
    const bytesOut = octets.toClients - this.#octets.toClients;
    this.#samples.push({ at: this.#now().toISOString(), ...this.#counts, bytesIn, bytesOut });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    this.#counts = { ...NOTHING };
    this.#octets = { ...octets };
  }

  /** The oldest first. */
  get rates(): readonly Sample[] {
    return this.#samples;
  }

  /** The newest first. */
  get recentSends(): readonly RecentSend[] {
    return [...this.#sends].reverse();
  }

  #watch<K extends EventName>(name: K, fields: Events[K]): void {
    const counts = this.#counts;
    switch (name) {
      case 'session-opened':
        counts.sessionsOpened++;
        break;
      case 'login':
        counts.logins++;
        break;
      case 'login-failed':
        counts.loginFailures++;
        break;
      case 'send':
        this.#sent(fields as Events['send']);
        break;
      default:
        break;
    }
  }

  #sent(sent: Events['send']): void {
    this.#counts.sends++;
    if (sent.outcome !== 'accepted') this.#counts.sendFailures++;
    this.#sends.push(recent(sent, this.#now()));
    if (this.#sends.length > SENDS) this.#sends.shift();
  }
}

function recent(sent: Events['send'], at: Date): RecentSend {
  const { session, user, uid, outcome, command, reply, recipients, size, seconds, repeated } = sent;
  return {
    at: at.toISOString(),
    session,
    user: user.slice(0, MAX_TEXT),
    uid,
    outcome: outcome === 'accepted' ? 'OK' : 'NO',
    ...(command !== undefined && { stage: command }),
    reply: reply.slice(0, MAX_TEXT),
    recipients: recipients ?? 0,
    octets: size ?? 0,
    durationMs: Math.round((seconds ?? 0) * 1000),
    ...(repeated && { repeated }),
  };
}
