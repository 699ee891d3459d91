/** What a server announced in its reply to EHLO (RFC 5321 §4.1.1.1), as far as we use it. */
export interface SmtpExtensions {
  /** RFC 2920 */
  readonly pipelining: boolean;
  /** RFC 6152 */
  readonly eightBitMime: boolean;
  /** RFC 6531 */
  readonly smtpUtf8: boolean;
  /** RFC 3461; we have no use for it, but who looks at the server may */
  readonly dsn: boolean;
  /** RFC 1870; `max` in octets, absent when the server names no fixed maximum. */
  readonly size?: { readonly max?: number };
  /** SASL mechanisms in upper case (RFC 4954 §3). */
  readonly auth: readonly string[];
  readonly limits: SmtpLimits;
}

/** RFC 9422 §4; absent where the server names no limit. */
export interface SmtpLimits {
  /** MAIL commands in one session. */
  readonly mailMax?: number;
  /** RCPT commands in one transaction. */
  readonly rcptMax?: number;
  /** Different domains among the recipients of one transaction. */
  readonly rcptDomainMax?: number;
}

/**
 * Reads a complete EHLO reply, its lines joined by LF. The first line greets and announces nothing, and a keyword
 * counts only where it stands first on its own line: a server called `x 8BITMIME is great` must not switch anything on.
 */
export function parseExtensions(ehlo: string): SmtpExtensions {
  const announced = new Map<string, string[]>();
  for (const line of ehlo.split('\n').slice(1)) {
    const [keyword = '', ...parameters] = line.slice('250-'.length).trim().split(/ +/);
    announced.set(keyword.toUpperCase(), parameters);
  }
  const size = announced.get('SIZE');
  const max = positiveInteger(size?.[0]);
  return {
    pipelining: announced.has('PIPELINING'),
    eightBitMime: announced.has('8BITMIME'),
    smtpUtf8: announced.has('SMTPUTF8'),
    dsn: announced.has('DSN'),
    // RFC 1870 §4: no number, or 0, means that there is no fixed maximum.
    ...(size && { size: max === undefined ? {} : { max } }),
    auth: (announced.get('AUTH') ?? []).map((mechanism) => mechanism.toUpperCase()),
    limits: parseLimits(announced.get('LIMITS') ?? []),
  };
}

function parseLimits(parameters: readonly string[]): SmtpLimits {
  const values = new Map<string, number>();
  for (const parameter of parameters) {
    const [name = '', value] = parameter.split('=');
    const limit = positiveInteger(value);
    // RFC 9422 §4: limits that we do not know, or that have no sensible value, are passed over.
    if (limit !== undefined) values.set(name.toUpperCase(), limit);
  }
  const [mailMax, rcptMax, rcptDomainMax] = ['MAILMAX', 'RCPTMAX', 'RCPTDOMAINMAX'].map((name) =>
    values.get(name),
  );
  return {
    ...(mailMax !== undefined && { mailMax }),
    ...(rcptMax !== undefined && { rcptMax }),
    ...(rcptDomainMax !== undefined && { rcptDomainMax }),
  };
}

function positiveInteger(text: string | undefined): number | undefined {
  return text !== undefined && /^0*[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}
