/** What the canned upstream answers, and what the load generator therefore waits for. */

export const LARGE = 25_000_000;
export const LINES = 100_000;
export const SMALL = 2_000;
export const SMALL_COUNT = 10_000;

export type Fetch = 'large' | 'lines' | 'small';

/** The command behind its tag; each has one answer. */
export const FETCH: { readonly [K in Fetch]: string } = {
  large: 'FETCH 1 (BODY.PEEK[])',
  lines: `FETCH 1:${LINES} (UID FLAGS)`,
  small: `FETCH 1:${SMALL_COUNT} (BODY.PEEK[TEXT])`,
};

/** The untagged part of the answer. */
export function answerTo(fetch: Fetch): Buffer {
  switch (fetch) {
    case 'large':
      return literal(1, LARGE);
    case 'lines':
      return Buffer.from(
        Array.from({ length: LINES }, (_, at) => `* ${at + 1} FETCH (UID ${at + 1} FLAGS (\\Seen))\r\n`).join(
          '',
        ),
      );
    case 'small':
      return Buffer.concat(Array.from({ length: SMALL_COUNT }, (_, at) => literal(at + 1, SMALL)));
  }
}

function literal(number: number, size: number): Buffer {
  const body = Buffer.alloc(size, `${'x'.repeat(70)} {5}\r\n`);
  return Buffer.concat([Buffer.from(`* ${number} FETCH (BODY[] {${size}}\r\n`), body, Buffer.from(')\r\n')]);
}

/** With its tag, which has always these many octets, so that an answer is known by its length. */
export const TAG_LENGTH = 4;
export const tag = (number: number): string => `t${String(number % 1000).padStart(TAG_LENGTH - 1, '0')}`;
export const completion = (tagged: string): string => `${tagged} OK completed\r\n`;

export const GREETING = '* OK [CAPABILITY IMAP4rev1 LITERAL+ ID IDLE AUTH=PLAIN SASL-IR] ready\r\n';
export const CAPABILITY = '* CAPABILITY IMAP4rev1 LITERAL+ ID IDLE AUTH=PLAIN SASL-IR\r\n';
