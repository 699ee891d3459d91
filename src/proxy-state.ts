import type { Config, Limits } from './config/config.js';
import type { Ledger } from './ledger/ledger.js';
import { createMemoryLedger } from './ledger/memory.js';
import { createRates, type RateLimits, type Rates } from './ledger/rates.js';
import { connectRedis } from './ledger/redis-connection.js';
import { createResilientLedger } from './ledger/resilient.js';
import type { Log } from './log/logger.js';
import type { Meter } from './metrics/meter.js';

/** What is remembered between commands: outcomes and rates, here or in Redis. */
export interface ProxyState {
  readonly ledger: Ledger;
  readonly rates: Rates;
  /** Other rates from here on. */
  setRates(limits: RateLimits): void;
  close(): Promise<void>;
}

/** What nobody should have to set. */
export interface StateTuning {
  /** Milliseconds after which the claims of a process that ended without a word end. */
  readonly leaseMs?: number;
}

export function createState(
  { state, limits }: Config,
  log: Log,
  tuning: StateTuning,
  meter: Meter,
): ProxyState {
  if (state.kind === 'memory') {
    const ledger = createMemoryLedger();
    const rates = createRates(rateLimits(limits));
    return { ledger, rates, setRates: rates.replace, close: () => ledger.close() };
  }
  const took = (seconds: number, failed: boolean): void => meter.took({ what: 'redis', seconds, failed });
  const connection = connectRedis({ target: state.target, took });
  let degradedAt = 0;
  const ledger = createResilientLedger({
    ...tuning,
    connection,
    onDegraded: (error) => {
      degradedAt = Date.now();
      log.event('ledger-degraded', { cause: error.message });
    },
    onRestored: () => log.event('ledger-restored', { seconds: (Date.now() - degradedAt) / 1000 }),
  });
  const rates = createRates({ ...rateLimits(limits), connection });
  return {
    ledger,
    rates,
    setRates: rates.replace,
    close: async () => {
      await ledger.close();
      connection.close();
    },
  };
}

/** As the ledger calls them. */
export const rateLimits = ({ messageRate, recipientRate }: Limits): RateLimits => ({
  messages: messageRate,
  recipients: recipientRate,
});
