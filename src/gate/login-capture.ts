import type { Login } from '../credentials.js';
import { announcesAstring, readAstrings } from '../imap/astring.js';
import { MAX_CREDENTIALS } from '../imap/limits.js';
import { loginFromSasl, passwordLogin } from '../imap/sasl.js';

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
    return this.#mechanism === undefined ? 'LOGIN' : `AUTHENTICATE ${this.#mechanism}`;
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

  /** Who the client says it is; undefined when that cannot be read. Forgets what was kept. */
  take(): Login | undefined {
    const octets = Buffer.concat(this.#kept);
    this.#kept = [];
    if (this.#mechanism !== undefined) {
      const lines = octets.toString('latin1').split(/\r?\n/).slice(0, -1);
      return loginFromSasl(this.#mechanism, [lines[0]?.trim() ?? '', ...lines.slice(1)]);
    }
    const [user, password] = readAstrings(octets, 2) ?? [];
    if (user === undefined || password === undefined) return undefined;
    return passwordLogin('LOGIN', user.toString(), password.toString());
  }
}
