import { contentEnd, LF } from './bytes.js';

/** What decides how a capability list is changed. */
export interface CapabilityPolicy {
  /** STARTTLS can be used on the client's connection now. */
  readonly offerStartTls: boolean;
  /** Secrets may not be sent on the client's connection as it is (RFC 9051 §11.1). */
  readonly loginDisabled: boolean;
  /** The client's login is replayed to the submission server, so its secret must pass through us. */
  readonly replayLogin: boolean;
}

/**
 * Capabilities that cannot work through a relay that must keep reading the stream, and why: RFC 9051 §6.2.1, §6.2.3,
 * RFC 4978, RFC 9586, RFC 2221, RFC 2193.
 */
const REMOVED: ReadonlyMap<string, string> = new Map([
  ['STARTTLS', 'the proxy decides it for its own side'],
  ['LOGINDISABLED', 'the proxy decides it for its own side'],
  ['COMPRESS=DEFLATE', 'the stream could not be read any more'],
  ['UIDONLY', 'SEND reports sequence numbers'],
  ['LOGIN-REFERRALS', 'the client would leave the proxy'],
  ['MAILBOX-REFERRALS', 'the client would leave the proxy'],
]);

/** Mechanisms that can negotiate a security layer (RFC 4422 §3.7), behind which the stream could not be read. */
const SECURITY_LAYER = new Set(['GSSAPI', 'GSS-SPNEGO', 'NTLM', 'DIGEST-MD5', 'KERBEROS_V4']);
/** Mechanisms that show the server no secret which could be shown again. */
const NOT_REPLAYABLE = /^(SCRAM-.*|CRAM-MD5|EXTERNAL|ANONYMOUS)$/;
/** Mechanisms that show the secret itself. */
const PLAINTEXT = new Set(['PLAIN', 'LOGIN', 'XOAUTH2', 'OAUTHBEARER']);

/** Why a SASL mechanism (upper case) cannot be used, or undefined when it can. */
export function mechanismRefusal(
  mechanism: string,
  policy: CapabilityPolicy,
): 'channel-binding' | 'security-layer' | 'not-replayable' | 'cleartext' | undefined {
  if (mechanism.endsWith('-PLUS')) return 'channel-binding';
  if (SECURITY_LAYER.has(mechanism)) return 'security-layer';
  if (policy.replayLogin && NOT_REPLAYABLE.test(mechanism)) return 'not-replayable';
  if (policy.loginDisabled && PLAINTEXT.has(mechanism)) return 'cleartext';
  return undefined;
}

export interface RewrittenCapabilities {
  /** The line as the client gets it. */
  readonly line: Buffer;
  /** Upstream itself offers SEND. */
  readonly nativeSend: boolean;
}

/** The last line that was changed: an upstream says the same to everybody, and to change it takes as long as a read. */
let last:
  | (CapabilityPolicy & { readonly given: Buffer; readonly changed: RewrittenCapabilities })
  | undefined;

/**
 * Changes the capability list of a complete line that has one, in `* CAPABILITY …` or in a `[CAPABILITY …]` code: takes
 * tokens out, adds the proxy's own with SEND last. Everything else stays, octet for octet.
 */
export function rewriteCapabilities(line: Buffer, policy: CapabilityPolicy): RewrittenCapabilities {
  const { offerStartTls, loginDisabled, replayLogin } = policy;
  if (
    last === undefined ||
    last.offerStartTls !== offerStartTls ||
    last.loginDisabled !== loginDisabled ||
    last.replayLogin !== replayLogin ||
    !last.given.equals(line)
  ) {
    const given = Buffer.from(line);
    last = { offerStartTls, loginDisabled, replayLogin, given, changed: rewrite(given, policy) };
  }
  return last.changed;
}

function rewrite(line: Buffer, policy: CapabilityPolicy): RewrittenCapabilities {
  const found = findList(line);
  if (found === undefined) return { line, nativeSend: false };
  const [start, end] = found;
  const list = line.toString('latin1', start, end);
  const nativeSend = / SEND(?= |$)/i.test(list);
  const added = [
    ...(policy.offerStartTls ? ['STARTTLS'] : []),
    ...(policy.loginDisabled ? ['LOGINDISABLED'] : []),
    ...(nativeSend ? [] : ['SEND']),
  ];
  const kept = list.replace(/ +([^ ]+)/g, (token, name: string) =>
    isRemoved(name.toUpperCase(), policy) ? '' : token,
  );
  const trailing = /( *)$/.exec(kept)?.[0] ?? '';
  const tokens = kept.slice(0, kept.length - trailing.length);
  const changed = `${tokens}${added.map((name) => ` ${name}`).join('')}${trailing}`;
  return {
    line: Buffer.concat([line.subarray(0, start), Buffer.from(changed, 'latin1'), line.subarray(end)]),
    nativeSend,
  };
}

const isRemoved = (token: string, policy: CapabilityPolicy): boolean =>
  removalReason(token, policy) !== undefined;

const REFUSED = {
  'channel-binding': 'it binds to a TLS connection that ends here',
  'security-layer': 'the stream could not be read any more',
  'not-replayable': 'it shows no secret that could be shown to the submission server',
  cleartext: 'the secret would cross the network in clear',
} as const;

/** Why clients are not offered a capability (upper case), in words; undefined for one that stays. */
export function removalReason(token: string, policy: CapabilityPolicy): string | undefined {
  const refusal = token.startsWith('AUTH=') ? mechanismRefusal(token.slice(5), policy) : undefined;
  return refusal === undefined ? REMOVED.get(token) : REFUSED[refusal];
}

/** Where the tokens are, from behind the word CAPABILITY, which a tag may hold as well. A code without its end is no list. */
function findList(line: Buffer): [start: number, end: number] | undefined {
  const lf = line.lastIndexOf(LF);
  const lineEnd = contentEnd(line, 0, lf < 0 ? line.length : lf);
  const text = line.toString('latin1', 0, lineEnd);
  const data = /^\* CAPABILITY/i.exec(text);
  if (data !== null) return [data[0].length, lineEnd];
  const start = /^[^ ]* [^ ]* \[CAPABILITY/i.exec(text)?.[0].length ?? lineEnd;
  const bracket = text.indexOf(']', start);
  return bracket < 0 ? undefined : [start, bracket];
}
