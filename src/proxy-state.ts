import type { Config } from './config/config.js';
import type { Ledger } from './ledger/ledger.js';
import { createMemoryLedger } from './ledger/memory.js';
import { createRates, type Rates } from './ledger/rates.js';
import { connectRedis } from './ledger/redis-connection.js';
import { createResilientLedger } from './ledger/resilient.js';
import type { Log } from './log/logger.js';

/** What is remembered between commands: outcomes and rates, here or in Redis. */
export interface ProxyState {
  readonly ledger: Ledger;
  readonly rates: Rates;
  close(): Promise<void>;
}

/** What nobody should have to set. */
export interface StateTuning {
  /** Milliseconds after which the claims of a process that ended without a word end. */
  readonly leaseMs?: number;
}

export function createState({ state, limits }: Config, log: Log, tuning: StateTuning): ProxyState {
  const rates = { messages: limits.messageRate, recipients: limits.recipientRate };
  if (state.kind === 'memory') {
    const ledger = createMemoryLedger();
    return { ledger, rates: createRates(rates), close: () => ledger.close() };
  }
  const connection = connectRedis({ target: state.target });
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
  return {
    ledger,
    rates: createRates({ ...rates, connection }),
    close: async () => {
      await ledger.close();
      connection.close();
    },
  };
}
