import type { Login } from '../credentials.js';
import { Secret } from '../secret.js';

/**
 * What a client's SASL responses say of who it is (RFC 4422): `responses` are the base64 lines it sent, the initial one
 * first (RFC 4959). The secret is kept only where it can be shown again to a submission server.
 */
export function loginFromSasl(mechanism: string, responses: readonly string[]): Login | undefined {
  const method = `AUTHENTICATE ${mechanism}`;
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = responses
    .filter((line) => line !== '' && line !== '=')
    .map((line) => Buffer.from(line, 'base64'));
  switch (mechanism) {
    case 'PLAIN':
      return plain(method, first);
    case 'LOGIN':
      return passwordLogin('AUTHENTICATE LOGIN', first.toString(), second.toString());
    case 'XOAUTH2':
      return xoauth2(first.toString());
    case 'OAUTHBEARER':
      return oauthBearer(first.toString());
    default:
      return undefined;
  }
}

export const passwordLogin = (
  method: 'LOGIN' | 'AUTHENTICATE LOGIN',
  user: string,
  password: string,
): Login | undefined =>
  user === ''
    ? undefined
    : { user, method, credentials: { kind: 'password', method, user, password: new Secret(password) } };

/** RFC 4616 §2: `[authzid] NUL authcid NUL passwd`. */
function plain(method: string, response: Buffer): Login | undefined {
  const parts = response.toString().split('\0');
  const [authzid = '', user = '', password = ''] = parts;
  if (parts.length !== 3 || user === '') return undefined;
  const acting = authzid !== '' && authzid !== user;
  return {
    user: acting ? authzid : user,
    method,
    credentials: {
      kind: 'password',
      method: 'AUTHENTICATE PLAIN',
      user,
      password: new Secret(password),
      ...(acting ? { authzid } : {}),
    },
  };
}

/** `user=<user> ^A auth=Bearer <token> ^A ^A`, as published by the providers that use it. */
function xoauth2(response: string): Login | undefined {
  const fields = response.split('\x01');
  const user = fields.find((field) => field.startsWith('user='))?.slice('user='.length);
  return tokenLogin('AUTHENTICATE XOAUTH2', user, fields);
}

/** RFC 7628 §3.1: `gs2-header kvsep *kvpair kvsep`, the user in the header as `a=`, with `=2C` and `=3D` escapes (RFC 5801 §4). */
function oauthBearer(response: string): Login | undefined {
  const [header = '', ...fields] = response.split('\x01');
  const authzid = header.split(',').find((part) => part.startsWith('a='));
  const user = authzid?.slice(2).replace(/=2C/gi, ',').replace(/=3D/gi, '=');
  return tokenLogin('AUTHENTICATE OAUTHBEARER', user, fields);
}

function tokenLogin(
  method: 'AUTHENTICATE XOAUTH2' | 'AUTHENTICATE OAUTHBEARER',
  user: string | undefined,
  fields: readonly string[],
): Login | undefined {
  const token = fields
    .map((field) => /^auth=Bearer +(.+)$/i.exec(field)?.[1])
    .find((value) => value !== undefined);
  if (user === undefined || user === '' || token === undefined) return undefined;
  return { user, method, credentials: { kind: 'token', method, user, token: new Secret(token) } };
}
