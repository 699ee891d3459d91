const LINE_FEED = 0x0a;
const DOT = 0x2e;
const CRLF = Buffer.from('\r\n');
const NOTHING = Buffer.alloc(0);

/** Makes the content of a message transparent (RFC 5321 §4.5.2). */
export interface DotStuffer {
  /** The stuffed chunk: valid until the next one is pushed, and the chunk itself where there is nothing to stuff. */
  push(chunk: Buffer): Buffer;
  /** What is still to come before the final dot: a CRLF where the last line has none. */
  end(): Buffer;
}

/**
 * Doubles the dot at the start of each line, for any split of the content. Line ends have to be CRLF already: that is
 * what stops a message from ending early (SMTP smuggling), and it is not this function that sees to it.
 */
export function createDotStuffer(): DotStuffer {
  let lineStart = true;
  // One for all chunks: a new one for each would be as much garbage as the message has octets.
  let scratch = NOTHING;

  function stuff(chunk: Buffer, first: number): Buffer {
    // A dot for every two octets (LF, dot) and one in front.
    const most = chunk.length + Math.ceil(chunk.length / 2);
    if (scratch.length < most) scratch = Buffer.allocUnsafeSlow(most);
    let length = 0;
    let from = 0;
    for (let dot = first; dot >= 0; dot = lineStartDot(chunk, dot)) {
      length += chunk.copy(scratch, length, from, dot);
      scratch[length++] = DOT;
      from = dot;
    }
    length += chunk.copy(scratch, length, from);
    return scratch.subarray(0, length);
  }

  return {
    push(chunk) {
      if (chunk.length === 0) return chunk;
      const first = lineStart && chunk[0] === DOT ? 0 : lineStartDot(chunk, 0);
      lineStart = chunk.at(-1) === LINE_FEED;
      return first < 0 ? chunk : stuff(chunk, first);
    },
    end: () => (lineStart ? NOTHING : CRLF),
  };
}

/** Offset of the next dot behind a line feed, or -1. */
function lineStartDot(chunk: Buffer, from: number): number {
  const lineFeed = chunk.indexOf('\n.', from);
  return lineFeed < 0 ? -1 : lineFeed + 1;
}
