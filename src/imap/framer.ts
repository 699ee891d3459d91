import { contentEnd, indexOfLf } from './bytes.js';
import { LITERAL_WINDOW, type LiteralMark, literalAt } from './literal.js';

/** A piece of the stream, from where it was asked for up to `end`. Pieces joined are the stream. */
export type Frame =
  /** The line goes on in the next chunk. */
  | { readonly kind: 'line-part'; readonly end: number }
  /** The line ends here, with its LF. A mark becomes a literal only by calling `expectLiteral`. */
  | { readonly kind: 'line-end'; readonly end: number; readonly mark: LiteralMark | undefined }
  /** Octets of a literal; `done` with its last one. */
  | { readonly kind: 'literal'; readonly end: number; readonly done: boolean };

/**
 * Finds lines and literals in one direction of an IMAP stream, in place. It is total (every octet is part of some
 * frame, there is no error) and keeps nothing but the last few octets of a line that began in an earlier chunk.
 *
 * Whether an announced literal is one depends on more than the line (a status text, a server that refuses it), so the
 * caller decides.
 */
export class Framer {
  #literalLeft = 0;
  #tail: Buffer | undefined;

  /** The next frame of `chunk[offset, chunk.length)`, which must not be empty. */
  next(chunk: Buffer, offset: number): Frame {
    if (this.#literalLeft > 0) {
      const end = Math.min(chunk.length, offset + this.#literalLeft);
      this.#literalLeft -= end - offset;
      return { kind: 'literal', end, done: this.#literalLeft === 0 };
    }
    const lf = indexOfLf(chunk, offset);
    if (lf < 0) {
      this.#keepTail(chunk, offset, chunk.length);
      return { kind: 'line-part', end: chunk.length };
    }
    const mark = this.#markBefore(chunk, offset, lf);
    this.#tail = undefined;
    return { kind: 'line-end', end: lf + 1, mark };
  }

  /** The next `size` octets are a literal; the line goes on behind them. */
  expectLiteral(size: number): void {
    this.#literalLeft = size;
  }

  #markBefore(chunk: Buffer, offset: number, lf: number): LiteralMark | undefined {
    if (this.#tail === undefined || lf - offset > LITERAL_WINDOW) {
      return literalAt(chunk, offset, contentEnd(chunk, offset, lf));
    }
    const tail = this.#keepTail(chunk, offset, lf);
    return literalAt(tail, 0, contentEnd(tail, 0, tail.length));
  }

  /** One octet more than the window, for the CR. */
  #keepTail(chunk: Buffer, offset: number, end: number): Buffer {
    const part = chunk.subarray(Math.max(offset, end - LITERAL_WINDOW - 1), end);
    const joined = this.#tail === undefined ? Buffer.from(part) : Buffer.concat([this.#tail, part]);
    this.#tail = joined.subarray(Math.max(0, joined.length - LITERAL_WINDOW - 1));
    return this.#tail;
  }
}
