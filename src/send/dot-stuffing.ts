const LINE_FEED = 0x0a;
const DOT = Buffer.from('.');
const CRLF = Buffer.from('\r\n');
const NOTHING = Buffer.alloc(0);

/** Makes the content of a message transparent (RFC 5321 §4.5.2). */
export interface DotStuffer {
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
  return {
    push(chunk) {
      if (chunk.length === 0) return chunk;
      const pieces: Buffer[] = lineStart && chunk[0] === DOT[0] ? [DOT] : [];
      let from = 0;
      for (let at = chunk.indexOf('\n.'); at >= 0; at = chunk.indexOf('\n.', at + 1)) {
        pieces.push(chunk.subarray(from, at + 1), DOT);
        from = at + 1;
      }
      lineStart = chunk.at(-1) === LINE_FEED;
      return pieces.length === 0 ? chunk : Buffer.concat([...pieces, chunk.subarray(from)]);
    },
    end: () => (lineStart ? NOTHING : CRLF),
  };
}
