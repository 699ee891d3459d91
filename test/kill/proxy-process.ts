import { loadConfig } from '../../src/config/load.js';
import { createLog } from '../../src/log/logger.js';
import { createProxy } from '../../src/proxy.js';

/**
 * The proxy as `serve` runs it, but for the lease: with the usual half minute the test would mostly wait for the claims of
 * killed processes to end. Arguments: the flags as JSON, the lease in milliseconds.
 */
const [flags = '{}', leaseMs = ''] = process.argv.slice(2);
const config = loadConfig(JSON.parse(flags), {});
await createProxy(config, createLog(config.log), { leaseMs: Number(leaseMs) });
