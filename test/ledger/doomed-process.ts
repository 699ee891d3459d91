import { createRedisStore } from '../../src/ledger/redis.js';
import { connectRedis } from '../../src/ledger/redis-connection.js';
import { createStoredLedger } from '../../src/ledger/store.js';
import { accepted } from './answers.js';
import { targetOf } from './redis-pair.js';

// A process that is killed: it claims `claimed`, hands over `handed over`, answers `answered`, and says so.
const [url = '', leaseMs] = process.argv.slice(2);
const connection = connectRedis({ target: targetOf(url) });
const store = createRedisStore({ connection, leaseMs: Number(leaseMs) }, 'doomed');
const ledger = createStoredLedger(store, 'doomed');
const signal = new AbortController().signal;
for (const key of ['claimed', 'handed over', 'answered']) await ledger.claim(key, 'doomed session', signal);
await ledger.handover('handed over', 'doomed session');
await ledger.settle('answered', 'doomed session', accepted);
process.send?.('ready');
