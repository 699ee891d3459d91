import { fieldsOf } from '../send/message/header.js';

/** A message as it was written, with CRLF line ends, taken apart. */
export interface Input {
  readonly fields: readonly HeaderField[];
  /** What follows the empty line. */
  readonly body: Buffer;
}

export interface HeaderField {
  /** In lower case. */
  readonly name: string;
  /** All of it, the last CRLF included. */
  readonly octets: Buffer;
}

const CRLF = Buffer.from('\r\n');

/**
 * Takes apart what came on standard input. Bare LF and bare CR become CRLF. As sendmail(8) has it, the header ends at
 * the first line that cannot be part of it, empty or not, and a line `From …` before it is not part of the message.
 *
 * @param ignoreDots a line with a single dot does not end the message
 */
export function readInput(given: Buffer, ignoreDots: boolean): Input {
  const written = given.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n');
  const text = (ignoreDots ? written : upToDot(written)).replace(/^>?From .*\r\n/, '');
  // A field at the end of everything is one even without its line end.
  const octets = Buffer.from(text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`, 'latin1');
  const fields: HeaderField[] = [];
  let end = 0;
  for (const { name, start, end: next } of fieldsOf(octets)) {
    if (name === undefined || start !== end) break;
    fields.push({ name, octets: octets.subarray(start, next) });
    end = next;
  }
  const rest = octets.subarray(end);
  return { fields, body: rest.subarray(0, 2).equals(CRLF) ? rest.subarray(2) : rest };
}

function upToDot(text: string): string {
  const end = /(?:^|\r\n)\.(?:\r\n|$)/.exec(text);
  if (end === null) return text;
  return text.slice(0, end.index === 0 && !end[0].startsWith('\r') ? 0 : end.index + 2);
}

/** The unfolded bodies of all fields of that name. Octets that are not UTF-8 become U+FFFD. */
export const bodiesOf = ({ fields }: Pick<Input, 'fields'>, name: string): string[] =>
  fields
    .filter((field) => field.name === name)
    .map(({ octets }) => octets.toString('utf8', octets.indexOf(':') + 1).replaceAll('\r\n', ''));
