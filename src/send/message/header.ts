import { isFieldNameOctet, isFoldingSpace, octet } from './octets.js';

/**
 * One field of a header block, as offsets into it. The only splitter of headers there is: what is removed as Bcc and
 * what is read as Bcc are the same field by construction.
 */
export interface Field {
  /** In lower case. Undefined for a line that is not a field. */
  readonly name: string | undefined;
  readonly start: number;
  /** Offset of the body, after the colon. */
  readonly body: number;
  /** Offset after the CRLF that ends the field and its folded lines. */
  readonly end: number;
}

/**
 * The fields of a header block, in order, folded lines joined to the field they continue (RFC 5322 §2.2.3).
 * Blanks before the colon are allowed (§4.5), folded ones too. Line ends must be CRLF already, the last one included.
 *
 * An mbox separator (`From ` or `>From `) as the first line is passed over: Postfix, too, keeps reading fields after it.
 */
export function* fieldsOf(block: Buffer): Generator<Field> {
  let start = 0;
  while (start < block.length) {
    const end = endOfField(block, start);
    const field = fieldAt(block, start, end);
    if (start > 0 || field.name !== undefined || !MBOX_SEPARATOR.test(block.toString('latin1', 0, 64)))
      yield field;
    start = end;
  }
}

/** The body of a field, unfolded. Octets that are not UTF-8 (RFC 6532 §3.2) become U+FFFD. */
export function bodyOf(block: Buffer, field: Field): string {
  return block.toString('utf8', field.body, field.end).replaceAll('\r\n', '');
}

const MBOX_SEPARATOR = /^>*From /;

function endOfField(block: Buffer, start: number): number {
  let end = start;
  do {
    const lineFeed = block.indexOf(octet.lineFeed, end);
    if (lineFeed < 0) return block.length;
    end = lineFeed + 1;
  } while (isFoldingSpace(block[end]));
  return end;
}

function fieldAt(block: Buffer, start: number, end: number): Field {
  let nameEnd = start;
  while (isFieldNameOctet(block[nameEnd])) nameEnd++;
  let colon = nameEnd;
  while (colon < end && isBlankOrFold(block[colon])) colon++;
  if (nameEnd === start || block[colon] !== octet.colon || colon >= end) {
    return { name: undefined, start, body: start, end };
  }
  return { name: block.toString('latin1', start, nameEnd).toLowerCase(), start, body: colon + 1, end };
}

function isBlankOrFold(value: number | undefined): boolean {
  return isFoldingSpace(value) || value === octet.carriageReturn || value === octet.lineFeed;
}
