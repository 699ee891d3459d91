import { networkOf } from './client-address.js';
import { PendingLogins } from './pending-logins.js';

export interface AdmissionLimits {
  readonly maxSessions: number;
  readonly maxSessionsPerIp: number;
  /** Connections on which nobody is logged in. */
  readonly maxUnauthenticated: number;
}

export type LimitHit = 'max-sessions' | 'max-sessions-per-ip' | 'max-unauthenticated';

/** A connection, from accept to end. */
export interface Guest {
  readonly address: string;
  /** Another one takes its place: it has to go at once. */
  displace(limit: LimitHit): void;
}

/**
 * Counts connections from accept to end, in all, for each client address, and those on which nobody is logged in, and says
 * when there are too many. An IPv6 address counts as its /64 network, all of which one client may have.
 *
 * Whoever only connects, thousands of times, must not lock everybody out: at a limit that all share, a newcomer takes the
 * place of the oldest connection without a login of the network that has most of them, as long as that leaves it with no
 * fewer than the newcomer's own. So nobody is displaced when many come at once, each on its own.
 */
export class Admission {
  /** May be replaced at any time. Those who are in stay. */
  limits: AdmissionLimits;
  readonly #perNetwork = new Map<string, number>();
  readonly #pending = new PendingLogins<Guest>();
  #count = 0;

  constructor(limits: AdmissionLimits) {
    this.limits = limits;
  }

  get count(): number {
    return this.#count;
  }

  /** Those on which nobody is logged in. */
  get unauthenticated(): number {
    return this.#pending.size;
  }

  /** Counts one more, for `leave` to count off, unless that is over a limit. */
  enter(guest: Guest): LimitHit | undefined {
    const network = networkOf(guest.address);
    const here = this.#perNetwork.get(network) ?? 0;
    if (here >= this.limits.maxSessionsPerIp) return 'max-sessions-per-ip';
    const limit = this.#sharedLimit();
    if (limit !== undefined) {
      const displaced = this.#pending.takeFromHeaviest(network);
      if (displaced === undefined) return limit;
      displaced.displace(limit);
    }
    this.#count++;
    this.#perNetwork.set(network, here + 1);
    this.#pending.add(network, guest);
    return undefined;
  }

  /** Somebody logged in, or, with UNAUTHENTICATE (RFC 8437), out again. */
  authenticated(guest: Guest, authenticated: boolean): void {
    if (authenticated) this.#pending.remove(networkOf(guest.address), guest);
    else this.#pending.add(networkOf(guest.address), guest);
  }

  leave(guest: Guest): void {
    const network = networkOf(guest.address);
    this.#pending.remove(network, guest);
    this.#count--;
    const left = (this.#perNetwork.get(network) ?? 1) - 1;
    if (left > 0) this.#perNetwork.set(network, left);
    else this.#perNetwork.delete(network);
  }

  #sharedLimit(): LimitHit | undefined {
    if (this.#count >= this.limits.maxSessions) return 'max-sessions';
    return this.#pending.size >= this.limits.maxUnauthenticated ? 'max-unauthenticated' : undefined;
  }
}
