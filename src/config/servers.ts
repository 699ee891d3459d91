import { Secret } from '../secret.js';
import type { Server, ServerTls, Submission, SubmissionAuth, Trust } from './config.js';
import { type Endpoint, isLoopback } from './endpoint.js';
import { readAuthorities } from './pem.js';
import { readSecret } from './secret-file.js';
import type { Options } from './values.js';

const PASSWORD = { pattern: /./, expected: 'the password' };

type Leg = 'upstream' | 'submission';

/** Throws ConfigError. */
export function resolveServer(options: Options, leg: Leg): Server {
  const { host, port, secure } = options.values[leg];
  return { host, port, tls: resolveTls(options, leg, { host, secure }) };
}

function resolveTls(
  options: Options,
  leg: Leg,
  { host, secure }: Pick<Endpoint, 'host' | 'secure'>,
): ServerTls {
  const { values, unexpected } = options;
  const chosen = values[`${leg}-starttls`];
  if (secure) {
    if (chosen !== undefined) {
      throw unexpected(`${leg}-starttls`, `not to be set where ${leg} has TLS from the start`);
    }
    return { mode: 'implicit', trust: resolveTrust(options, leg) };
  }
  const starttls = chosen ?? (isLoopback(host) ? 'never' : 'require');
  if (starttls !== 'never') {
    return { mode: 'starttls', required: starttls === 'require', trust: resolveTrust(options, leg) };
  }
  const needed = `TLS to go with it (${leg}-starttls is never)`;
  if (values[`${leg}-ca`] !== undefined) throw unexpected(`${leg}-ca`, needed);
  if (values[`${leg}-insecure`]) throw unexpected(`${leg}-insecure`, needed);
  return { mode: 'none' };
}

function resolveTrust(options: Options, leg: Leg): Trust {
  const { values, unexpected } = options;
  const { [`${leg}-insecure` as const]: insecure, [`${leg}-ca` as const]: file } = values;
  if (file === undefined) return { kind: insecure ? 'anyone' : 'default' };
  if (insecure) throw unexpected(`${leg}-insecure`, `not to be set beside ${leg}-ca`);
  return { kind: 'authorities', pem: readAuthorities(options, `${leg}-ca`, file) };
}

/** Throws ConfigError. */
export function resolveSubmission(options: Options): Submission {
  return { ...resolveServer(options, 'submission'), auth: resolveAuth(options) };
}

function resolveAuth(options: Options): SubmissionAuth {
  const { values, unexpected } = options;
  const kind = values['submission-auth'];
  switch (kind) {
    case 'user':
    case 'none':
      for (const key of ['submission-user', 'submission-password-file', 'submission-password'] as const) {
        if (values[key] !== undefined) {
          throw unexpected(key, `submission-auth service or impersonate with it, not ${kind}`);
        }
      }
      return { kind };
    case 'service':
    case 'impersonate': {
      const user = values['submission-user'];
      if (user === undefined) throw unexpected('submission-auth', 'submission-user with it');
      return { kind, user, password: readPassword(options) };
    }
  }
}

function readPassword(options: Options): Secret {
  const { values, unexpected } = options;
  const { 'submission-password': given, 'submission-password-file': file } = values;
  if (file === undefined) {
    if (given === undefined) throw unexpected('submission-auth', 'submission-password-file with it');
    return new Secret(given);
  }
  if (given !== undefined) {
    throw unexpected('submission-password', 'not to be set beside submission-password-file');
  }
  return readSecret(options, 'submission-password-file', file, PASSWORD);
}
