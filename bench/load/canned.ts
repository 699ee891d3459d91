/** What the canned upstream answers, and what the load generator therefore waits for. */

/** Octets of a literal that is uploaded, and of one that is downloaded, unless said. */
export const LARGE = 25_000_000;

/** The command behind its tag; each has one answer. The same octets in more or fewer pieces, for the most part. */
export const FETCH = {
  large: 'FETCH 1 (BODY.PEEK[])',
  larger: 'FETCH 2 (BODY.PEEK[])',
  medium: 'FETCH 1:100 (BODY.PEEK[])',
  small: 'FETCH 1:10000 (BODY.PEEK[TEXT])',
  lines: 'FETCH 1:100000 (UID FLAGS)',
  fewLines: 'FETCH 1:10000 (UID FLAGS)',
  manyLines: 'FETCH 1:1000000 (UID FLAGS)',
} as const;

export type Fetch = keyof typeof FETCH;

/**
 * Octets of what answers are made of, again and again, so that it stays in the cache of the processor: to send 25 MB that are
 * somewhere in memory takes a server a fifth more time.
 */
const BLOCK = 256 * 1024;

const TEXT = `${'x'.repeat(70)} {5}\r\n`;
const filler = Buffer.alloc(BLOCK, TEXT);

/** Octets in the order in which they are sent. */
export type Pieces = readonly Buffer[];

export const lengthOf = (pieces: Pieces): number => pieces.reduce((sum, { length }) => sum + length, 0);

const made = new Map<Fetch, Pieces>();

/** The untagged part of the answer. */
export function answerTo(fetch: Fetch): Pieces {
  const answer = made.get(fetch) ?? make(fetch);
  made.set(fetch, answer);
  return answer;
}

function make(fetch: Fetch): Pieces {
  switch (fetch) {
    case 'large':
      return literals(1, LARGE);
    case 'larger':
      return literals(1, 4 * LARGE);
    case 'medium':
      return literals(100, LARGE / 100);
    case 'small':
      return repeated(Buffer.concat(literals(100, 2_000)), 100);
    case 'lines':
      return repeated(lines(5_000), 20);
    case 'fewLines':
      return repeated(lines(5_000), 2);
    case 'manyLines':
      return repeated(lines(5_000), 200);
  }
}

const repeated = (piece: Buffer, times: number): Pieces => Array.from({ length: times }, () => piece);

/** The content of a literal. */
export function content(size: number): Pieces {
  const pieces = repeated(filler, Math.floor(size / BLOCK));
  return [...pieces, filler.subarray(0, size % BLOCK)];
}

function literals(count: number, size: number): Pieces {
  const each = (_: unknown, at: number) => [
    Buffer.from(`* ${at + 1} FETCH (BODY[] {${size}}\r\n`),
    ...content(size),
    Buffer.from(')\r\n'),
  ];
  return Array.from({ length: count }, each).flat();
}

function lines(count: number): Buffer {
  const each = (_: unknown, at: number) => `* ${at + 10_000} FETCH (UID ${at + 10_000} FLAGS (\\Seen))\r\n`;
  return Buffer.from(Array.from({ length: count }, each).join(''));
}

/** With its tag, which has always these many octets, so that an answer is known by its length. */
export const TAG_LENGTH = 4;
export const tag = (number: number): string => `t${String(number % 1000).padStart(TAG_LENGTH - 1, '0')}`;
export const completion = (tagged: string): string => `${tagged} OK completed\r\n`;

export const GREETING = '* OK [CAPABILITY IMAP4rev1 LITERAL+ ID IDLE AUTH=PLAIN SASL-IR] ready\r\n';
export const CAPABILITY = '* CAPABILITY IMAP4rev1 LITERAL+ ID IDLE AUTH=PLAIN SASL-IR\r\n';
