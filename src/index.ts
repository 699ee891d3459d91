/** The proxy as a library: `createProxy(loadConfig({ upstream: '…', submission: '…' }, {}), createLog(…))`. */
export type { Config } from './config/config.js';
export { loadConfig } from './config/load.js';
export { ConfigError } from './config/problem.js';
export type { EventName, Events } from './log/events.js';
export { createLog, type Log } from './log/logger.js';
export { createProxy, type Proxy } from './proxy.js';
