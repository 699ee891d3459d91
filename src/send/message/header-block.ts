import { octet } from './octets.js';

const CRLF = Buffer.from('\r\n');

export type Collected =
  | { readonly kind: 'more' }
  | { readonly kind: 'too-large' }
  /** `rest` is the empty line and what followed it in the last slice. */
  | { readonly kind: 'ended'; readonly fields: Buffer; readonly rest: Buffer };

/** Collects the fields of a message, with CRLF line ends, up to the first empty line (RFC 5322 §2.1) and a limit. */
export class HeaderBlock {
  readonly #limit: number;
  #octets = Buffer.alloc(0);
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Copies what it keeps of the slice. */
  push(slice: Buffer): Collected {
    // Most often it is all in the first slice, and nothing has to be put together.
    const whole = this.#length === 0 ? endOfFields(slice, 0) : undefined;
    if (whole !== undefined) return this.#ended(slice, whole);
    // The empty line may have begun in the slice before. Looking no further back keeps small slices cheap.
    const from = Math.max(0, this.#length - 3);
    this.#append(slice);
    const seen = this.#octets.subarray(0, this.#length);
    const end = endOfFields(seen, from);
    if (end !== undefined) return this.#ended(seen, end);
    return seen.length > this.#limit ? { kind: 'too-large' } : { kind: 'more' };
  }

  #ended(octets: Buffer, end: number): Collected {
    if (end > this.#limit) return { kind: 'too-large' };
    return { kind: 'ended', fields: Buffer.from(octets.subarray(0, end)), rest: octets.subarray(end) };
  }

  /** The message ended without an empty line: all of it is fields, the last of them ended here if it was not. */
  end(): Buffer {
    if (this.#length > 0 && this.#octets[this.#length - 1] !== octet.lineFeed) this.#append(CRLF);
    return Buffer.from(this.#octets.subarray(0, this.#length));
  }

  #append(slice: Buffer): void {
    const length = this.#length + slice.length;
    if (length > this.#octets.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#octets.length));
      this.#octets.copy(grown, 0, 0, this.#length);
      this.#octets = grown;
    }
    slice.copy(this.#octets, this.#length);
    this.#length = length;
  }
}

/** Offset of the empty line, which may be the first. */
function endOfFields(block: Buffer, from: number): number | undefined {
  if (block.length >= 2 && block[0] === octet.carriageReturn && block[1] === octet.lineFeed) return 0;
  const index = block.indexOf('\r\n\r\n', from);
  return index < 0 ? undefined : index + 2;
}
