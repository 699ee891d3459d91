/** The proxy as a library: docs/library.md. */
export { ConfigError, type Problem } from './config/problem.js';
export { createProxy, type RunningProxy, type Surroundings } from './library.js';
export type { LogEntry } from './log/entries.js';
export type { ProxyOptions } from './proxy-options.js';
export type { Reloaded } from './proxy-reload.js';
export { StartError } from './start-error.js';
