import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Counted, Grammar } from '../support/abnf.js';

/** The directory of the project. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const draftName = 'draft-imap-send-00';

export const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');

/** A session that the document shows: what each side sends. Octets, one in each character. */
export interface Example {
  readonly name: string;
  readonly client: string;
  readonly server: string;
}

/** The ABNF of the document. */
export const draftGrammar = (): string =>
  sources('abnf')
    .map(({ text }) => text)
    .join('\n');

export const examples = (): Example[] => sources('imap').map(({ name, text }) => exampleOf(name, text));

/** IMAP as the RFCs have it, with the rules of the document. */
export const imapWithSend = (): Grammar =>
  new Grammar(`${read('test', 'draft', 'imap.abnf')}\n${draftGrammar()}`, { literal });

/** RFC 9051 §4.3: a literal has as many octets as it says. NUL is none of them (§9, CHAR8). */
const literal: Counted = (octets, at) => {
  const head = /^\{(\d+)\+?\}\r\n/.exec(octets.slice(at, at + 30));
  if (head === null) return [];
  const begin = at + head[0].length;
  const end = begin + Number(head[1]);
  return end > octets.length || octets.slice(begin, end).includes('\0') ? [] : [end];
};

/** Joins what was broken for the page, and parts the sides, as section 2 of the document says. */
function exampleOf(name: string, text: string): Example {
  const sides = { C: '', S: '' };
  for (const line of text
    .trimEnd()
    .replace(/\n[ \t]+/g, ' ')
    .split('\n')) {
    const [, side, octets = ''] = /^([CS]):(?: (.*))?$/.exec(line) ?? [];
    if (side === undefined) throw new Error(`${name}: neither C: nor S: ${line}`);
    sides[side as 'C' | 'S'] += `${Buffer.from(octets, 'utf8').toString('latin1')}\r\n`;
  }
  return { name, client: sides.C, server: sides.S };
}

function sources(type: string): { name: string; text: string }[] {
  const pattern = /<sourcecode type="(\w+)" name="([\w-]+)"><!\[CDATA\[\n(.*?)\]\]><\/sourcecode>/gs;
  const all = [...read('docs', `${draftName}.xml`).matchAll(pattern)];
  return all.filter(([, each]) => each === type).map(([, , name = '', text = '']) => ({ name, text }));
}
