import type { ImapAttribute, ImapResponse } from 'imapflow';

/** A reply of the submission server, or one that the proxy gives in its place. */
export interface Reply {
  /** 200 to 599; undefined when the text does not begin with a code. */
  readonly code?: number;
  /** RFC 3463, e.g. `5.1.1`. */
  readonly enhancedCode?: string;
  /** What is behind the codes. May come from a stranger's server: not to be trusted as HTML or terminal output. */
  readonly text: string;
}

/** What became of one message. */
export type SendResult =
  | {
      /** The message's number when the line was written. */
      readonly seq: number;
      readonly uid: number;
      /** The submission server took responsibility for every recipient. */
      readonly outcome: 'OK';
    }
  | {
      readonly seq: number;
      readonly uid: number;
      /** `NO`: nobody got it. `UNKNOWN`: the reply to the final dot was lost, and it may have been accepted. */
      readonly outcome: 'NO' | 'UNKNOWN';
      /** `MAIL FROM`, `RCPT TO` or `DATA`. */
      readonly command: string;
      /** The address that the command was about; empty for `DATA`. */
      readonly parameter: string;
      readonly reply: Reply;
    };

/** How far a SEND is (RFC 9585), in messages. */
export interface SendProgress {
  readonly done: number;
  /** Undefined while the server is still looking them up. */
  readonly total?: number;
}

/** A tagged or untagged status response. */
export interface Status {
  /** Upper case: `OK`, `NO`, `BAD`. */
  readonly status: string;
  /** Response code, upper case, e.g. `LIMIT`. */
  readonly code?: string;
  readonly text: string;
}

/** Reads `* 2 SEND (3002 NO ("RCPT TO" "john@example.org" "550 User not found"))`. Undefined for anything else. */
export function readSendLine({ command, attributes = [] }: ImapResponse): SendResult | undefined {
  const [name, list] = attributes;
  const seq = nonZeroNumber(command);
  if (seq === undefined || textOf(name)?.toUpperCase() !== 'SEND' || !Array.isArray(list)) return undefined;
  const uid = nonZeroNumber(textOf(list[0]));
  const result = textOf(list[1])?.toUpperCase();
  if (uid === undefined) return undefined;
  if (result === 'OK') return { seq, uid, outcome: 'OK' };
  if (result !== 'NO' || !Array.isArray(list[2])) return undefined;
  const [step, parameter, words] = list[2].map(textOf);
  if (step === undefined || parameter === undefined || words === undefined) return undefined;
  const reply = readReply(words);
  const outcome = isUnknown(step, reply) ? 'UNKNOWN' : 'NO';
  return { seq, uid, outcome, command: step, parameter, reply };
}

/** Reads `550 5.1.1 User not found`. */
export function readReply(words: string): Reply {
  const [, code, enhancedCode, text = ''] =
    /^([2-5]\d\d)(?: ([245]\.\d{1,3}\.\d{1,3})(?= |$))?(?: (.*))?$/s.exec(words) ?? [];
  if (code === undefined) return { text: words };
  return { code: Number(code), ...(enhancedCode !== undefined && { enhancedCode }), text };
}

/**
 * Whether a NO tells that nobody knows. The line has no third word for it, so this goes by the text: every such reply of the
 * proxy has it (docs/send.md). Other servers may say it in other words, and name the message in the end: `unknownUids`.
 */
const isUnknown = (command: string, { code, text }: Reply): boolean =>
  command.toUpperCase() === 'DATA' && code === 451 && /\boutcome (?:is )?unknown\b/i.test(text);

/** Reads `* OK [INPROGRESS ("A003" 1 3)] sending` (RFC 9585 §4). Undefined for anything else. */
export function readInProgress({ attributes = [] }: ImapResponse): SendProgress | undefined {
  const [code, list] = attributes[0]?.section ?? [];
  if (textOf(code)?.toUpperCase() !== 'INPROGRESS') return undefined;
  const [done, total] = Array.isArray(list) ? list.slice(1).map((item) => wholeNumber(textOf(item))) : [];
  return { done: done ?? 0, ...(total !== undefined && { total }) };
}

export function readStatus({ command = '', attributes = [] }: ImapResponse): Status {
  const code = textOf(attributes[0]?.section?.[0])?.toUpperCase();
  const text = attributes
    .map((item) => textOf(item) ?? '')
    .join(' ')
    .trim();
  return { status: command.toUpperCase(), ...(code !== undefined && { code }), text };
}

/** Whether `[SENDUNKNOWN 3002:3004]` of a tagged response names a UID (docs/draft-imap-send-00.txt, section 6). */
export function unknownUids({ attributes = [] }: ImapResponse): (uid: number) => boolean {
  const [code, set] = (attributes[0]?.section ?? []).map(textOf);
  if (code?.toUpperCase() !== 'SENDUNKNOWN' || set === undefined) return () => false;
  // uid-set (RFC 9051 §9): the ends of a range may be in either order. What cannot be read covers nothing: NaN.
  const ranges = set.split(',').map((range) => range.split(':').map(Number));
  return (uid) => ranges.some((ends) => uid >= Math.min(...ends) && uid <= Math.max(...ends));
}

/** Of an atom, a quoted string or a literal, whose octets are UTF-8 where they are 8-bit at all. */
function textOf(item: ImapAttribute | undefined): string | undefined {
  const value = item?.value;
  if (value === undefined || value === null) return undefined;
  return Buffer.isBuffer(value) ? value.toString('utf8') : String(value);
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;

const nonZeroNumber = (text: string | undefined): number | undefined => wholeNumber(text) || undefined;
