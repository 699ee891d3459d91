import type { Login } from '../credentials.js';
import { Secret } from '../secret.js';
import { utf8Text } from './bytes.js';

/**
 * Whether the octets of a client's line in a SASL exchange can be that: base64, or `*` to cancel (RFC 9051 §6.2.2). A
 * server that gave up on the exchange, or at a line too long for it, reads the rest as a command: here none can be.
 */
export const isSaslText = (octets: Buffer): boolean =>
  /^[A-Za-z0-9+/=*\r\n]*$/.test(octets.toString('latin1'));

/**
 * What a client's SASL responses say of who it is (RFC 4422): `lines` are what it sent, without line ends, the argument
 * of AUTHENTICATE first, which is empty where there is no initial response (RFC 4959). The secret is kept only where it
 * can be shown again to a submission server.
 *
 * Undefined where servers could differ about who was meant: responses that are not strict base64, or more of them than
 * the mechanism has steps, so that a server may have passed over the first.
 */
export function loginFromSasl(mechanism: string, lines: readonly string[]): Login | undefined {
  const [initial] = lines;
  const responses = initial === '' || initial === '=' ? lines.slice(1) : lines;
  if (!responses.every(isBase64)) return undefined;
  const texts = responses.map((line) => utf8Text(Buffer.from(line, 'base64')));
  const [first, second, third, ...more] = texts;
  if (first === undefined || texts.includes(undefined) || more.length > 0) return undefined;
  if (mechanism.startsWith('SCRAM-')) {
    return second?.startsWith('c=') && (third ?? '') === '' ? scram(mechanism, first) : undefined;
  }
  if (third !== undefined) return undefined;
  if (mechanism === 'LOGIN') {
    return second === undefined ? undefined : passwordLogin('AUTHENTICATE LOGIN', first, second);
  }
  if (second !== undefined) return undefined;
  switch (mechanism) {
    case 'PLAIN':
      return plain(first);
    case 'XOAUTH2':
      return xoauth2(first);
    case 'OAUTHBEARER':
      return oauthBearer(first);
    case 'CRAM-MD5':
      return nameOnly(mechanism, /^(.+) [0-9a-f]{32}$/.exec(first)?.[1]);
    default:
      return undefined;
  }
}

const nameOnly = (mechanism: string, user: string | undefined): Login | undefined =>
  user === undefined ? undefined : { user, method: `AUTHENTICATE ${mechanism}` };

/** RFC 5802 §7: `client-first-message`, with the authorization identity in the gs2-header. */
function scram(mechanism: string, first: string): Login | undefined {
  const [, authzid, name] = /^[ny],(?:a=([^,]+))?,n=([^,]+),r=[^,]+/.exec(first) ?? [];
  return nameOnly(mechanism, saslName(authzid ?? name));
}

/** `saslname` with its escapes (RFC 5801 §4, RFC 5802 §7). There is no other `=` in one: servers differ about it. */
const saslName = (text: string | undefined): string | undefined =>
  text === undefined || /=(?!2C|3D)/.test(text) ? undefined : text.replace(/=2C/g, ',').replace(/=3D/g, '=');

const isBase64 = (line: string): boolean =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(line);

export const passwordLogin = (
  method: 'LOGIN' | 'AUTHENTICATE LOGIN',
  user: string,
  password: string,
): Login | undefined =>
  user === ''
    ? undefined
    : { user, method, credentials: { kind: 'password', method, user, password: new Secret(password) } };

/** RFC 4616 §2: `[authzid] NUL authcid NUL passwd`. */
function plain(response: string): Login | undefined {
  const method = 'AUTHENTICATE PLAIN';
  const parts = response.split('\0');
  const [authzid = '', user = '', password = ''] = parts;
  if (parts.length !== 3 || user === '') return undefined;
  const acting = authzid !== '' && authzid !== user;
  return {
    user: acting ? authzid : user,
    method,
    credentials: {
      kind: 'password',
      method,
      user,
      password: new Secret(password),
      ...(acting ? { authzid } : {}),
    },
  };
}

/** `user=<user> ^A auth=Bearer <token> ^A ^A`, as published by the providers that use it. */
function xoauth2(response: string): Login | undefined {
  const fields = response.split('\x01');
  return tokenLogin('AUTHENTICATE XOAUTH2', onlyValue(fields, 'user'), fields);
}

/** RFC 7628 §3.1: `gs2-header kvsep *kvpair kvsep`, the user in the header as `a=`. */
function oauthBearer(response: string): Login | undefined {
  const [header = '', ...fields] = response.split('\x01');
  const user = saslName(/^[ny],a=([^,]+),$/.exec(header)?.[1]);
  return tokenLogin('AUTHENTICATE OAUTHBEARER', user, fields);
}

function tokenLogin(
  method: 'AUTHENTICATE XOAUTH2' | 'AUTHENTICATE OAUTHBEARER',
  user: string | undefined,
  fields: readonly string[],
): Login | undefined {
  const token = /^Bearer +(.+)$/i.exec(onlyValue(fields, 'auth') ?? '')?.[1];
  if (user === undefined || user === '' || token === undefined) return undefined;
  return { user, method, credentials: { kind: 'token', method, user, token: new Secret(token) } };
}

/** The value of a field that is there once: of several, Dovecot believes the last. */
function onlyValue(fields: readonly string[], name: string): string | undefined {
  const found = fields.filter((field) => field.slice(0, name.length + 1).toLowerCase() === `${name}=`);
  return found.length === 1 ? found[0]?.slice(name.length + 1) : undefined;
}
