import { octet } from './octets.js';

const CRLF = Buffer.from('\r\n');

/**
 * Makes every line end a CRLF: a bare CR or bare LF, which some servers take for a line end and others do not, would
 * let a message end early and a second one be smuggled behind it (RFC 5321 §2.3.8, CVE-2023-51764).
 *
 * Streaming: any split of the input gives the same output, and a CRLF is never split over two slices. Slices with
 * regular line ends are passed on without copying; all are valid only during the call.
 */
export class LineEnds {
  /** The input so far ends in CR: whether it is a bare one is not known yet. */
  #heldReturn = false;
  #scratch = Buffer.alloc(0);

  push(chunk: Buffer, emit: (slice: Buffer) => void): void {
    if (chunk.length === 0) return;
    let start = 0;
    if (this.#heldReturn) {
      this.#heldReturn = false;
      emit(CRLF);
      if (chunk[0] === octet.lineFeed) start = 1;
    }
    const regular = endOfRegular(chunk, start);
    if (regular > start)
      emit(start === 0 && regular === chunk.length ? chunk : chunk.subarray(start, regular));
    if (regular < chunk.length) this.#rewrite(chunk, regular, emit);
  }

  end(emit: (slice: Buffer) => void): void {
    if (this.#heldReturn) emit(CRLF);
    this.#heldReturn = false;
  }

  /** One copy for the whole rest, however many irregular line ends there are: a slice for each would be slow. */
  #rewrite(chunk: Buffer, from: number, emit: (slice: Buffer) => void): void {
    const most = 2 * (chunk.length - from);
    if (this.#scratch.length < most) this.#scratch = Buffer.allocUnsafeSlow(most);
    const output = this.#scratch;
    let length = 0;
    for (let index = from; index < chunk.length; index++) {
      const value = chunk[index]!;
      if (value !== octet.carriageReturn && value !== octet.lineFeed) {
        output[length++] = value;
        continue;
      }
      if (value === octet.carriageReturn) {
        if (index + 1 === chunk.length) {
          this.#heldReturn = true;
          break;
        }
        if (chunk[index + 1] === octet.lineFeed) index++;
      }
      output[length++] = octet.carriageReturn;
      output[length++] = octet.lineFeed;
    }
    if (length > 0) emit(output.subarray(0, length));
  }
}

/** Offset of the first bare CR, bare LF or final CR; the length of the chunk if there is none. */
function endOfRegular(chunk: Buffer, from: number): number {
  for (let position = from; ; ) {
    const carriageReturn = find(chunk, octet.carriageReturn, position);
    const lineFeed = find(chunk, octet.lineFeed, position);
    if (lineFeed === chunk.length || lineFeed !== carriageReturn + 1)
      return Math.min(carriageReturn, lineFeed);
    position = lineFeed + 1;
  }
}

function find(chunk: Buffer, value: number, from: number): number {
  const index = chunk.indexOf(value, from);
  return index < 0 ? chunk.length : index;
}
