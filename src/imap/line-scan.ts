import { BACKSLASH, CLOSE_BRACE, CR, DQUOTE, LF, PLUS } from './bytes.js';

/**
 * Looks in a client's lines, as they stream by, for what makes servers disagree about a literal that the line's last
 * octets do not show. Octets of literals are not part of a line.
 */
export class LineScan {
  #inQuotes = false;
  #escaped = false;
  /** How many octets of `+}` CR were just read. */
  #matched = 0;

  /**
   * Reads on in the line, its LF included. False when it holds `+}` CR without LF: older Cyrus takes what follows for
   * a literal, others for the rest of the line.
   */
  read(bytes: Buffer, start: number, end: number): boolean {
    let [inQuotes, escaped, matched] = [this.#inQuotes, this.#escaped, this.#matched];
    for (let at = start; at < end; at++) {
      const octet = bytes[at];
      if (matched === 3 && octet !== LF) return false;
      if (octet === PLUS) matched = 1;
      else if (octet === CLOSE_BRACE && matched === 1) matched = 2;
      else if (octet === CR && matched === 2) matched = 3;
      else matched = 0;
      if (escaped) escaped = false;
      else if (octet === BACKSLASH) escaped = inQuotes;
      else if (octet === DQUOTE) inQuotes = !inQuotes;
    }
    [this.#inQuotes, this.#escaped, this.#matched] = [inQuotes, escaped, matched];
    return true;
  }

  /** The line is over. Whether it left a quoted string open: Dovecot then reads no literal behind it. */
  end(): { readonly quoteOpen: boolean } {
    const quoteOpen = this.#inQuotes;
    this.#inQuotes = false;
    this.#escaped = false;
    this.#matched = 0;
    return { quoteOpen };
  }
}
