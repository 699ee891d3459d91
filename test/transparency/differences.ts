import { ADDED, type Circumstance, matches, REMOVED } from './document.js';

/** Of a proxy without a certificate, with `--submission-auth user`. */
const HERE: ReadonlySet<Circumstance> = new Set(['always', 'replayLogin']);

/** A capability list, its tokens separated by blanks, as docs/transparency.md says that the client gets it. */
export function documented(list: string, circumstances: ReadonlySet<Circumstance> = HERE): string {
  const removed = REMOVED.filter(({ when }) => circumstances.has(when));
  const kept = list.split(' ').filter((token) => !removed.some((rule) => matches(rule, token)));
  const added = ADDED.filter(({ when }) => circumstances.has(when)).map(({ name }) => name);
  return [...kept, ...added].join(' ');
}

/** What the client has to see of a server's octets: nothing but what the page lists may differ. */
export function asProxied(fromServer: Buffer): Buffer {
  const changed = responses(fromServer.toString('latin1')).map((response) => {
    const [, before, list, after] = CAPABILITIES.exec(response) ?? [];
    if (before === undefined || list === undefined) return response;
    return `${before}${documented(list)}${after}`;
  });
  return Buffer.from(changed.join(''), 'latin1');
}

const CAPABILITIES =
  /^(\* CAPABILITY |\S+ (?:OK|PREAUTH|NO|BAD|BYE) \[CAPABILITY )([^\]\r\n]*)(\][\s\S]*|\r\n)$/;

/** Cut where a response ends: behind a line that announces no literal, or is free text (RFC 9051 §7.1). */
function responses(stream: string): string[] {
  const found: string[] = [];
  for (let start = 0; start < stream.length; ) {
    const free = /^(?:\+|\S+ (?:OK|NO|BAD|BYE|PREAUTH) )/.test(stream.slice(start, start + 100));
    let end = start;
    for (let literal = 0; literal >= 0; ) {
      end += literal;
      const lineEnd = stream.indexOf('\n', end) + 1 || stream.length;
      const [, size] = /\{(\d+)\}\r\n$/.exec(stream.slice(end, lineEnd)) ?? [];
      end = lineEnd;
      literal = free || size === undefined ? -1 : Number(size);
    }
    found.push(stream.slice(start, end));
    start = end;
  }
  return found;
}
