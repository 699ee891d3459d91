import type { Timeouts } from './config.js';
import type { Options } from './values.js';

/** A session that is idle for long enough is closed whatever else it waits for. */
const WITHIN_IDLE = [
  'tls-timeout',
  'login-timeout',
  'write-timeout',
  'upstream-connect-timeout',
  'greeting-timeout',
] as const;

/** Throws ConfigError. */
export function resolveTimeouts({ values, unexpected }: Options): Timeouts {
  const idleMs = values['idle-timeout'];
  for (const key of WITHIN_IDLE) {
    if (values[key] > idleMs) {
      throw unexpected(key, `at most idle-timeout, which is ${Math.floor(idleMs / 60_000)}m`);
    }
  }
  return {
    handshakeMs: values['tls-timeout'],
    connectMs: values['upstream-connect-timeout'],
    greetingMs: values['greeting-timeout'],
    loginMs: values['login-timeout'],
    idleMs,
    writeMs: values['write-timeout'],
  };
}
