/** A message of an mbox, or why it is none. */
export type MboxMessage = { readonly octets: Buffer } | { readonly problem: string };

const LF = 0x0a;

/** What begins a message: an envelope line as mail programs write it, with a day of the week, a time and a year. */
const FROM_LINE = /^From .*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .*\b\d{1,2}:\d\d\b.*\b\d{4}\b/;

/**
 * Takes an mbox apart (RFC 4155), as it comes. A message begins at a `From ` line that stands at the start or behind an
 * empty line and has a date: a line of text that merely begins with `From ` is left alone where the writer did not quote
 * it. The quoting of mboxrd is undone: `>From ` was `From `, `>>From ` was `>From `.
 *
 * @param maxOctets of one message; a larger one is a problem, and is not kept in memory
 */
export async function* splitMbox(
  chunks: AsyncIterable<Buffer>,
  maxOctets: number,
): AsyncGenerator<MboxMessage> {
  let message: Collected | undefined;
  let afterEmptyLine = true;
  for await (const line of linesOf(chunks, maxOctets)) {
    if (afterEmptyLine && isFromLine(line, message === undefined)) {
      if (message !== undefined) yield message.finish();
      message = new Collected(maxOctets);
      afterEmptyLine = false;
      continue;
    }
    message?.add(unquoted(line));
    afterEmptyLine = isEmptyLine(line);
  }
  if (message !== undefined) yield message.finish();
}

class Collected {
  readonly #maxOctets: number;
  #lines: Buffer[] = [];
  #octets = 0;

  constructor(maxOctets: number) {
    this.#maxOctets = maxOctets;
  }

  add(line: Buffer): void {
    this.#octets += line.length;
    if (this.#octets > this.#maxOctets) this.#lines = [];
    else this.#lines.push(line);
  }

  finish(): MboxMessage {
    if (this.#octets > this.#maxOctets) return { problem: `larger than ${this.#maxOctets} octets` };
    // The empty line before the next `From ` belongs to the mbox.
    const last = this.#lines.at(-1);
    if (last !== undefined && isEmptyLine(last)) this.#lines.pop();
    return { octets: Buffer.concat(this.#lines) };
  }
}

/** Lines with their ends. One that is too long for a message comes in pieces: no line is kept that cannot be used. */
async function* linesOf(chunks: AsyncIterable<Buffer>, maxOctets: number): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let lf = chunk.indexOf(LF); lf >= 0; lf = chunk.indexOf(LF, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, lf + 1)]);
      start = lf + 1;
      rest = [];
      size = 0;
    }
    rest.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > maxOctets) {
      yield Buffer.concat(rest);
      rest = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(rest);
}

/** The first one of a file needs no date: it is why the file was taken for an mbox. */
function isFromLine(line: Buffer, first: boolean): boolean {
  const text = line.toString('latin1', 0, 200);
  return text.startsWith('From ') && (first || FROM_LINE.test(text));
}

const unquoted = (line: Buffer): Buffer =>
  /^>+From /.test(line.toString('latin1', 0, 100)) ? line.subarray(1) : line;

const isEmptyLine = (line: Buffer): boolean => line[0] === LF || (line.length === 2 && line[0] === 0x0d);
