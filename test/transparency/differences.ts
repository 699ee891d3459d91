/**
 * What a proxy without a certificate and with `--submission-auth user` takes out of capability lists; its own SEND comes
 * last. Nothing else may differ.
 */
const REMOVED = new Set([
  'STARTTLS',
  'LOGINDISABLED',
  'COMPRESS=DEFLATE',
  'UIDONLY',
  'LOGIN-REFERRALS',
  'MAILBOX-REFERRALS',
  'AUTH=GSSAPI',
  'AUTH=GSS-SPNEGO',
  'AUTH=NTLM',
  'AUTH=DIGEST-MD5',
  'AUTH=CRAM-MD5',
  'AUTH=EXTERNAL',
  'AUTH=ANONYMOUS',
]);

/** What the client has to see of a server's octets. */
export function asProxied(fromServer: Buffer): Buffer {
  const changed = responses(fromServer.toString('latin1')).map((response) => {
    const [, before, list, after] = CAPABILITIES.exec(response) ?? [];
    if (before === undefined || list === undefined) return response;
    const kept = list.split(' ').filter((token) => !REMOVED.has(token) && !token.startsWith('AUTH=SCRAM-'));
    return `${before}${[...kept, 'SEND'].join(' ')}${after}`;
  });
  return Buffer.from(changed.join(''), 'latin1');
}

const CAPABILITIES =
  /^(\* CAPABILITY |\S+ (?:OK|PREAUTH|NO|BAD|BYE) \[CAPABILITY )([^\]\r\n]*)(\][\s\S]*|\r\n)$/;

/** Cut where a response ends: behind a line that announces no literal, or is free text (RFC 9051 §7.1). */
function responses(stream: string): string[] {
  const found: string[] = [];
  for (let start = 0; start < stream.length; ) {
    const free = /^(?:\+|\S+ (?:OK|NO|BAD|BYE|PREAUTH) )/.test(stream.slice(start, start + 100));
    let end = start;
    for (let literal = 0; literal >= 0; ) {
      end += literal;
      const lineEnd = stream.indexOf('\n', end) + 1 || stream.length;
      const [, size] = /\{(\d+)\}\r\n$/.exec(stream.slice(end, lineEnd)) ?? [];
      end = lineEnd;
      literal = free || size === undefined ? -1 : Number(size);
    }
    found.push(stream.slice(start, end));
    start = end;
  }
  return found;
}
