import type { OwnFetchKind } from '../../src/gate/own-fetch.js';
import type { Answer } from '../../src/imap/status.js';
import { type Channel, GateCaller, Journal, type SessionOptions } from './gate-caller.js';

/**
 * A session as text: who says what, and what becomes of it. Each line is a mark, a blank, and a text:
 *
 *     C: the client sends it, and it passes          C! the client sends it, and it does not pass, or not yet
 *     S: the server sends it, and it passes          S! the server sends it, and it does not pass
 *     U: upstream gets it, though not sent now       P: the client gets it, though the server did not send it
 *     B: the body of a message that SEND gets        =  what the gate says of it
 *     >  what the caller does: `fetch BODY[] 3` (of `*` if no set follows), `answer OK text`, `secure`; first of all `options …`
 *
 * Lines end in CRLF, unless in `\`, which ends them without. `\r`, `\n`, `\t`, `\\` and `\x00` are octets. What one side sends
 * in lines one after the other, it sends in one piece.
 */
export interface Transcript {
  readonly options: SessionOptions;
  readonly acts: readonly Act[];
  /** Octets that both sides send. */
  readonly length: number;
  /** What becomes of them. */
  readonly expected: string;
}

type Act =
  | { readonly by: 'client' | 'server'; readonly octets: Buffer; readonly position: number }
  | { readonly by: 'caller'; readonly does: (caller: GateCaller) => void };

export function parseTranscript(text: string): Transcript {
  const acts: Act[] = [];
  const journal = new Journal();
  let options = parseOptions([]);
  let sent: { by: 'client' | 'server'; lines: Buffer[] } | undefined;
  let length = 0;
  const endPiece = () => {
    if (sent === undefined) return;
    const octets = Buffer.concat(sent.lines);
    acts.push({ by: sent.by, octets, position: length });
    length += octets.length;
    sent = undefined;
  };
  const send = (by: 'client' | 'server', octets: Buffer) => {
    if (sent?.by !== by) endPiece();
    sent ??= { by, lines: [] };
    sent.lines.push(octets);
  };

  for (const line of text.split('\n').map((each) => each.trimStart())) {
    if (line === '') continue;
    const [, mark, rest = ''] = /^(C:|C!|S:|S!|U:|P:|B:|=|>)(?: (.*))?$/.exec(line) ?? [];
    switch (mark) {
      case 'C:':
      case 'C!':
        send('client', octetsOf(rest));
        if (mark === 'C:') journal.octets('U', octetsOf(rest));
        break;
      case 'S:':
      case 'S!':
        send('server', octetsOf(rest));
        if (mark === 'S:') journal.octets('P', octetsOf(rest));
        break;
      case 'U:':
      case 'P:':
      case 'B:':
        journal.octets(mark[0] as Channel, octetsOf(rest));
        break;
      case '=':
        if (rest.startsWith('fail ')) journal.fail(rest.slice(5), sent?.by === 'server' ? 'P' : 'U');
        else journal.note(rest);
        break;
      case '>':
        endPiece();
        if (rest.startsWith('options ')) options = parseOptions(rest.split(' ').slice(1));
        else acts.push({ by: 'caller', does: parseAction(rest) });
        break;
      default:
        throw new SyntaxError(`no line of a transcript: ${line}`);
    }
  }
  endPiece();
  return { options, acts, length, expected: journal.text };
}

/** Plays a session in which what each side sends is cut at some of the positions 1 to `length - 1`. */
export function play(transcript: Transcript, isCut: (position: number) => boolean): GateCaller {
  const caller = new GateCaller(transcript.options);
  for (const act of transcript.acts) {
    if (act.by === 'caller') {
      act.does(caller);
      continue;
    }
    const { octets, position } = act;
    let from = 0;
    for (let to = 1; to <= octets.length; to++) {
      if (to < octets.length && !isCut(position + to)) continue;
      caller[act.by](octets.subarray(from, to));
      from = to;
    }
  }
  return caller;
}

function parseOptions(words: readonly string[]): SessionOptions {
  for (const word of words) {
    if (!/^(clear|starttls|allow-cleartext|no-replay)$/.test(word)) throw new SyntaxError(`option ${word}`);
  }
  return {
    secure: !words.includes('clear'),
    startTls: words.includes('starttls'),
    allowCleartextLogin: words.includes('allow-cleartext'),
    replayLogin: !words.includes('no-replay'),
  };
}

function parseAction(text: string): (caller: GateCaller) => void {
  const [, verb, status, rest = ''] = /^(\S+)(?: (\S+))?(?: (.*))?$/.exec(text) ?? [];
  switch (verb) {
    case 'fetch':
      return (caller) => caller.fetch(status as OwnFetchKind, rest || undefined);
    case 'answer':
      return (caller) => caller.answer({ status: status as Answer['status'], text: rest });
    case 'secure':
      return (caller) => caller.secure();
    default:
      throw new SyntaxError(`no action: ${text}`);
  }
}

function octetsOf(text: string): Buffer {
  const line = text.endsWith('\\') && !text.endsWith('\\\\') ? text.slice(0, -1) : `${text}\\r\\n`;
  const octets = line.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (written, hex?: string, letter?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    const octet = { r: '\r', n: '\n', t: '\t', '\\': '\\' }[letter ?? ''];
    if (octet === undefined) throw new SyntaxError(`no escape: ${written}`);
    return octet;
  });
  return Buffer.from(octets, 'latin1');
}
