import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Refusal } from '../../outcome.js';
import { fieldsOf } from './header.js';
import { HeaderBlock } from './header-block.js';
import { LineEnds } from './line-ends.js';

/**
 * Octets of header kept in memory for the envelope. Far above what mail programs write (10,000 recipients are some
 * 500 kB) and what submission servers take (Postfix: 100 kB), and small enough for many sessions at once.
 */
export const HEADER_LIMIT = 2 * 1024 * 1024;

/** What is known of a message when its last stored octet has been seen. */
export type Transmitted =
  | {
      readonly kind: 'complete';
      /** All fields, Bcc included, with CRLF line ends; without the empty line after them. */
      readonly header: Buffer;
      /** Octets emitted, for SIZE (RFC 1870). */
      readonly size: number;
      /** An octet above 127 was emitted. */
      readonly eightBit: boolean;
      /** The emitted header has octets above 127, and they are UTF-8 (RFC 6532). */
      readonly utf8Header: boolean;
      /** SHA-256 of the stored octets, in hexadecimal. */
      readonly digest: string;
      /** Octets taken in. */
      readonly storedSize: number;
    }
  /** The message cannot be sent; what was emitted is of no use. */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

type Emit = (slice: Buffer) => void;

type State =
  | { readonly kind: 'header'; readonly block: HeaderBlock }
  | { readonly kind: 'body'; readonly header: Buffer };

/**
 * Turns the stored octets of a message into the transmitted ones: `Bcc` and `Resent-Bcc` fields removed, every line
 * end a CRLF, the last line ended. Nothing else is changed; the SMTP connection stuffs the dots.
 *
 * Input may come in any split and is only read during the call; slices are valid only during the call of `emit`.
 */
export class Transmission {
  readonly #lineEnds = new LineEnds();
  readonly #digest = createHash('sha256');
  #state: State;
  #refusal: Refusal | undefined;
  #storedSize = 0;
  #size = 0;
  #lineOpen = false;
  #eightBit = false;
  #utf8Header = false;

  constructor(headerLimit = HEADER_LIMIT) {
    this.#state = { kind: 'header', block: new HeaderBlock(headerLimit) };
  }

  push(chunk: Buffer, emit: Emit): void {
    if (this.#refusal) return;
    this.#storedSize += chunk.length;
    this.#digest.update(chunk);
    // Neither 7bit nor 8bit data has NUL (RFC 2045 §2.7, §2.8); servers end the line there, drop it or pass it on.
    if (chunk.includes(0)) this.#refuse('554 5.6.0 The message contains NUL octets');
    this.#lineEnds.push(chunk, (slice) => this.#take(slice, emit));
  }

  end(emit: Emit): Transmitted {
    this.#lineEnds.end((slice) => this.#take(slice, emit));
    if (this.#refusal) return { kind: 'refused', refusal: this.#refusal };
    const header =
      this.#state.kind === 'header' ? this.#endHeader(this.#state.block.end(), emit) : this.#state.header;
    if (this.#lineOpen) this.#emit(Buffer.from('\r\n'), emit);
    return {
      kind: 'complete',
      header,
      size: this.#size,
      eightBit: this.#eightBit,
      utf8Header: this.#utf8Header,
      digest: this.#digest.digest('hex'),
      storedSize: this.#storedSize,
    };
  }

  #take(slice: Buffer, emit: Emit): void {
    if (this.#refusal) return;
    if (this.#state.kind === 'body') {
      this.#emit(slice, emit);
      return;
    }
    const collected = this.#state.block.push(slice);
    switch (collected.kind) {
      case 'more':
        break;
      case 'too-large':
        this.#refuse('552 5.3.4 The header of the message is too large');
        break;
      case 'ended':
        this.#endHeader(collected.fields, emit);
        this.#emit(collected.rest, emit);
        break;
    }
  }

  #endHeader(header: Buffer, emit: Emit): Buffer {
    const kept = withoutBcc(header);
    this.#utf8Header = !kept.every(isAscii) && kept.every(isUtf8);
    for (const fields of kept) this.#emit(fields, emit);
    this.#state = { kind: 'body', header };
    return header;
  }

  #emit(slice: Buffer, emit: Emit): void {
    if (slice.length === 0) return;
    this.#size += slice.length;
    this.#eightBit ||= !isAscii(slice);
    this.#lineOpen = slice[slice.length - 1] !== 0x0a;
    emit(slice);
  }

  #refuse(reply: string): void {
    this.#refusal = { command: 'DATA', parameter: '', reply };
  }
}

/**
 * The header but for its Bcc fields, in as few slices as possible.
 * They are looked for up to the first empty line, beyond lines that are no field: Postfix would take the body to begin
 * there, but other readers would find and show the Bcc field behind it.
 */
function withoutBcc(header: Buffer): Buffer[] {
  const kept: Buffer[] = [];
  let start = 0;
  for (const field of fieldsOf(header)) {
    if (field.name !== 'bcc' && field.name !== 'resent-bcc') continue;
    if (field.start > start) kept.push(header.subarray(start, field.start));
    start = field.end;
  }
  if (start < header.length) kept.push(header.subarray(start));
  return kept;
}
