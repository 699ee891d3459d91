import type { Ledger } from '../ledger/ledger.js';
import type { Rates } from '../ledger/rates.js';
import type { Meter, Timed } from '../metrics/meter.js';
import type { TakenCommandHandler } from '../relay/handler.js';
import type { Submitter } from './submitter.js';

/** What is under way now. */
export interface InFlight {
  fetch: number;
  submission: number;
}

/** The same, timed. Apart from what it times, so that neither has to know of the other. */
export class Metered {
  readonly inFlight: InFlight = { fetch: 0, submission: 0 };
  readonly #meter: Meter;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  submitter(submitter: Submitter): Submitter {
    return {
      submit: (...args) => this.#stage('submission', () => submitter.submit(...args)),
      close: () => submitter.close(),
    };
  }

  handler(handler: TakenCommandHandler): TakenCommandHandler {
    return {
      run: (command, session) =>
        handler.run(command, {
          ...session,
          fetch: (request, listener) => {
            const fetch = () => session.fetch(request, listener);
            return request.kind === 'BODY[]' ? this.#stage('fetch', fetch) : fetch();
          },
        }),
    };
  }

  ledger(ledger: Ledger): Ledger {
    const timed = this.#operation;
    return {
      // The client's going is no failure of the ledger.
      claim: (key, session, signal) =>
        timed(
          'claim',
          () => ledger.claim(key, session, signal),
          () => signal.aborted,
        ),
      handover: (...args) => timed('handover', () => ledger.handover(...args)),
      settle: (...args) => timed('settle', () => ledger.settle(...args)),
      release: (...args) => timed('release', () => ledger.release(...args)),
      acknowledge: (...args) => timed('acknowledge', () => ledger.acknowledge(...args)),
      abandon: (...args) => timed('abandon', () => ledger.abandon(...args)),
      close: () => ledger.close(),
    };
  }

  rates(rates: Rates): Rates {
    const timed = this.#operation;
    return {
      reserve: (...args) => timed('reserve', () => rates.reserve(...args)),
      refund: (...args) => timed('refund', () => rates.refund(...args)),
    };
  }

  async #stage<T>(stage: keyof InFlight, work: () => Promise<T>): Promise<T> {
    this.inFlight[stage]++;
    try {
      return await this.#timed(`message-${stage}`, work);
    } finally {
      this.inFlight[stage]--;
    }
  }

  readonly #operation = <T>(operation: string, work: () => Promise<T>, expected = () => false): Promise<T> =>
    this.#timed('ledger', work, { operation, expected });

  async #timed<T>(
    what: Timed,
    work: () => Promise<T>,
    { operation, expected }: { operation?: string; expected?: () => boolean } = {},
  ): Promise<T> {
    const since = performance.now();
    let failed = false;
    try {
      return await work();
    } catch (error) {
      failed = expected?.() !== true;
      throw error;
    } finally {
      const seconds = (performance.now() - since) / 1000;
      this.#meter.took({ what, seconds, failed, ...(operation !== undefined && { operation }) });
    }
  }
}
