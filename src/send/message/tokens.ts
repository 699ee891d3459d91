export interface Token {
  /** A special character stands for itself; `unreadable` belongs nowhere. */
  readonly kind:
    | 'atom'
    | 'quoted'
    | 'literal'
    | '<'
    | '>'
    | '@'
    | ','
    | ';'
    | ':'
    | '.'
    | 'end'
    | 'unreadable';
  /** A quoted string without quotes and backslashes, a domain literal with its brackets. */
  readonly text: string;
  /** Offset of its first character. */
  readonly start: number;
}

/** atext (RFC 5322 §3.2.3, RFC 6532 §3.2): sticky, one character class, so linear. */
const ATOM = /[^\0-\x20()<>@,;:\\".[\]\x7f]+/y;

/**
 * The lexical tokens (RFC 5322 §3.2) of an unfolded address field, one per call, then `end` for ever. Blanks and
 * comments, nested ones too, only separate them. Time is linear in the text, no matter what it is.
 */
export function tokensOf(text: string): () => Token {
  let position = 0;

  const token = (
    kind: Token['kind'],
    start: number,
    end: number,
    content = text.slice(start, end),
  ): Token => {
    position = end;
    return { kind, text: content, start };
  };

  return () => {
    const start = endOfBlanksAndComments(text, position);
    if (start === undefined) return token('unreadable', position, text.length);
    if (start === text.length) return token('end', start, start);
    const character = text[start]!;
    switch (character) {
      case '<':
      case '>':
      case '@':
      case ',':
      case ';':
      case ':':
      case '.':
        return token(character, start, start + 1);
      case '"': {
        const end = endOfNested(text, start, '"', '"');
        if (end === undefined) return token('unreadable', start, text.length);
        return token('quoted', start, end, text.slice(start + 1, end - 1).replace(/\\(.)/gsu, '$1'));
      }
      case '[': {
        const end = text.indexOf(']', start) + 1;
        if (end === 0) return token('unreadable', start, text.length);
        return token('literal', start, end, `[${withoutBlanks(text, start + 1, end - 1)}]`);
      }
    }
    ATOM.lastIndex = start;
    if (ATOM.test(text)) return token('atom', start, ATOM.lastIndex);
    return token('unreadable', start, start + 1);
  };
}

/** CFWS (RFC 5322 §3.2.2). Undefined if a comment has no end. */
function endOfBlanksAndComments(text: string, from: number): number | undefined {
  let position = from;
  for (;;) {
    const character = text[position];
    if (isBlank(character)) {
      position++;
    } else if (character === '(') {
      const end = endOfNested(text, position, '(', ')');
      if (end === undefined) return undefined;
      position = end;
    } else {
      return position;
    }
  }
}

/** Offset after the closing character; a backslash takes the meaning from the next one (RFC 5322 §3.2.1). */
function endOfNested(text: string, from: number, open: string, close: string): number | undefined {
  let depth = 1;
  for (let position = from + 1; position < text.length; position++) {
    const character = text[position];
    if (character === '\\') position++;
    else if (character === close && --depth === 0) return position + 1;
    else if (character === open) depth++;
  }
  return undefined;
}

/** Without blanks at either end. `trim` takes away more: characters that are no blanks here, and make it no address. */
function withoutBlanks(text: string, start: number, end: number): string {
  let [from, to] = [start, end];
  while (from < to && isBlank(text[from])) from++;
  while (to > from && isBlank(text[to - 1])) to--;
  return text.slice(from, to);
}

const isBlank = (character: string | undefined): boolean => character === ' ' || character === '\t';
