import type { Refusal, SmtpCommand } from '../../../src/outcome.js';

/** One header, what is to be read from it, and what of it is transmitted. */
export interface HeaderCase {
  readonly name: string;
  readonly header: Buffer;
  readonly transmitted: Buffer;
  readonly expected: Expected;
}

export type Expected =
  | {
      readonly from: string;
      readonly to: readonly string[];
      readonly headerFrom: readonly string[];
      readonly headerSender?: string;
    }
  | { readonly refusal: Refusal };

/**
 * Cases separated by empty lines, the name of each first, then its lines by their mark:
 *
 *     | a line of the header
 *     - a line of the header that is not transmitted
 *     > MAIL FROM <address>
 *     > RCPT TO <address>
 *     > From addresses of the header, if not the MAIL FROM address
 *     > Sender address of the header
 *     ! SMTP command <parameter> reply
 */
export function readTranscripts(text: string): readonly HeaderCase[] {
  return text.trim().split(/\n\n+/).map(readTranscript);
}

function readTranscript(text: string): HeaderCase {
  const [name = '', ...lines] = text.split('\n').map((line) => line.slice('  '.length));
  const marked = (marks: string, prefix = ''): string[] =>
    lines
      .filter((line) => marks.includes(line.charAt(0)) && line.slice(2).startsWith(prefix))
      .map((line) => line.slice(2 + prefix.length));
  const addresses = (prefix: string): string[] => marked('>', prefix).map((path) => path.slice(1, -1));
  const octets = (kept: string[]): Buffer => Buffer.from(kept.map((line) => `${line}\r\n`).join(''));

  const [from = ''] = addresses('MAIL FROM ');
  const [headerFrom] = marked('>', 'From');
  const [headerSender] = marked('>', 'Sender ');
  const refusal = /^(MAIL FROM|RCPT TO|DATA) <(.*)> (\d{3} .*)$/su.exec(marked('!')[0] ?? '');
  return {
    name,
    header: octets(marked('|-')),
    transmitted: octets(marked('|')),
    expected: refusal
      ? { refusal: { command: refusal[1] as SmtpCommand, parameter: refusal[2]!, reply: refusal[3]! } }
      : {
          from,
          to: addresses('RCPT TO '),
          headerFrom: headerFrom?.trim().split(', ').filter(Boolean) ?? [from],
          ...(headerSender !== undefined && { headerSender }),
        },
  };
}
