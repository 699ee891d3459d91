import type { Login } from '../credentials.js';
import { announcesAstring, readAstrings } from '../imap/astring.js';
import { utf8Text } from '../imap/bytes.js';
import { MAX_CREDENTIALS } from '../imap/limits.js';
import { loginFromSasl, passwordLogin } from '../imap/sasl.js';

/** Names from the IANA registry of SASL mechanisms that servers offer without a security layer. */
const KNOWN_MECHANISM =
  /^(PLAIN|LOGIN|XOAUTH2|OAUTHBEARER|OAUTH10A|CRAM-MD5|EXTERNAL|ANONYMOUS|OTP|SECURID|SAML20|OPENID20|SCRAM-SHA-\d+|SCRAM-SHA3-\d+)$/;

/** Keeps what a client sends of itself in LOGIN or AUTHENTICATE while it streams by. */
export class LoginCapture {
  readonly #mechanism: string | undefined;
  #kept: Buffer[] = [];
  #size = 0;

  /** `mechanism` in upper case; undefined for LOGIN. */
  constructor(mechanism: string | undefined) {
    this.#mechanism = mechanism;
  }

  get method(): string {
    if (this.#mechanism === undefined) return 'LOGIN';
    // A client may put its response where the mechanism belongs: what is no known name is not shown to anybody.
    return KNOWN_MECHANISM.test(this.#mechanism) ? `AUTHENTICATE ${this.#mechanism}` : 'AUTHENTICATE';
  }

  /** Octets behind the command name (LOGIN) or the mechanism (AUTHENTICATE), in order. They are copied. */
  keep(octets: Buffer): void {
    this.#size += octets.length;
    if (this.#size <= MAX_CREDENTIALS) this.#kept.push(Buffer.from(octets));
    else this.#kept = [];
  }

  /** Whether what was kept ends with the announcement of the user name or the password as a literal. */
  announcesString(): boolean {
    return this.#mechanism === undefined && announcesAstring(Buffer.concat(this.#kept), 2);
  }

  /** The client cancelled (RFC 9051 §6.2.2) before it had shown a secret: nothing was tried. */
  get withdrawn(): boolean {
    if (this.#mechanism === undefined) return false;
    const responses = this.#responses();
    if (responses.at(-1) !== '*') return false;
    // The first response of these is a name; RFC 7628 §3.2.3 lets a client cancel after its token was refused.
    const shown = /^(LOGIN|SCRAM-.*)$/.test(this.#mechanism) ? 2 : 1;
    return responses.filter((response) => response !== '' && response !== '=').length - 1 < shown;
  }

  /** Who the client says it is; undefined when that cannot be read. Forgets what was kept. */
  take(): Login | undefined {
    if (this.#mechanism !== undefined) {
      const responses = this.#responses();
      this.#kept = [];
      return loginFromSasl(this.#mechanism, responses);
    }
    const octets = Buffer.concat(this.#kept);
    this.#kept = [];
    const [user, password] = readAstrings(octets, 2) ?? [];
    const [name, secret] = [user && utf8Text(user), password && utf8Text(password)];
    return name === undefined || secret === undefined ? undefined : passwordLogin('LOGIN', name, secret);
  }
  /** Of AUTHENTICATE, the initial one first, which is empty if there was none. */
  #responses(): readonly string[] {
    const lines = Buffer.concat(this.#kept).toString('latin1').split(/\r?\n/).slice(0, -1);
    return [lines[0]?.trim() ?? '', ...lines.slice(1)];
  }
}
