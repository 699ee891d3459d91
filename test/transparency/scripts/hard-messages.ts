import { literal, loggedIn, type Script } from '../script.js';

const lines = (...text: readonly string[]): string => text.map((line) => `${line}\r\n`).join('');

/** The beginning of a message with parts, then the parts with their boundary. */
const multipart = (type: string, boundary: string, ...parts: readonly string[]): string =>
  lines(`Content-Type: multipart/${type}; boundary="${boundary}"`, '') +
  parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('') +
  `--${boundary}--\r\n`;

const FROM = 'From: anna@example.org\r\n';
const TEXT = lines('Content-Type: text/plain; charset="x {5}"', '', 'hello {5}');
const nested = (depth: number): string =>
  depth === 0 ? TEXT : lines('Content-Type: message/rfc822', '') + FROM + nested(depth - 1);
const deep = (depth: number): string =>
  depth === 0 ? TEXT : multipart('mixed', `b${depth}`, deep(depth - 1), TEXT);

const MESSAGES: readonly (readonly [what: string, message: string])[] = [
  [
    'addresses of all forms',
    lines(
      'From: "Anna {5}" <anna@example.org>, (comment {5}) bob@example.com (x "y" \\) z)',
      'Sender: "quoted local {3}"@example.org',
      'Reply-To: <@route.example,@b.example:anna@example.org>',
      'To: group {5}: a@example.org, "b \\"c\\" \\\\" <b@example.org>;, empty:;',
      'Cc: no-domain, <>, =?utf-8?q?=7B5=7D?= <q@example.org>, ',
      `Bcc: x@[127.0.0.1], very.long.${'l'.repeat(300)}@example.org`,
      'In-Reply-To: <{5}@example.org>',
      'Subject: {5}',
      '',
      'x',
    ),
  ],
  [
    'folded, empty and repeated fields',
    lines(
      'From: anna@example.org',
      'Subject: one',
      ' folded {5}',
      '\t"and {5}"',
      'Subject:',
      'To:',
      'X-Empty: ',
      'X-Space : x',
      `X-Long: ${'x '.repeat(2_000)}`,
      'no field at all',
      '',
      'body',
    ),
  ],
  [
    '8 bit and control octets in the header',
    `From: J\xfcrgen \xff <j@example.org>\r\nSubject: \x01\x7f\x80 "\r\nTo: \xc3\xa9@example.org\r\n\r\nx`,
  ],
  ['no header', 'body alone {5}\r\n'],
  ['no body', `${FROM}Subject: x\r\n`],
  ['a message in a message in a message', FROM + nested(4)],
  ['parts in parts in parts', FROM + deep(6)],
  [
    'parts with odd types and parameters',
    FROM +
      multipart(
        'mixed',
        'a b',
        lines('Content-Type: {5}', '', 'x'),
        lines('Content-Type: text', 'Content-ID: <{5}>', 'Content-Description: "x" {5}', '', 'x'),
        lines(
          'Content-Type: application/octet-stream; name="{5}"; name*=utf-8\'\'%7B5%7D; x="a\\"b"',
          'Content-Transfer-Encoding: x {5}',
          '',
          'x',
        ),
        lines(
          'Content-Type: text/plain',
          'Content-Disposition: attachment; filename="a\\\\ {5}"',
          'Content-Language: de, {5}',
          'Content-Location: {5}',
          'Content-MD5: {5}',
          '',
          'x',
        ),
        '\r\n',
        '',
      ),
  ],
  [
    'parts without an end, and without a beginning',
    FROM + lines('Content-Type: multipart/alternative; boundary=x', '', 'no part {5}', '--x', '', 'no end'),
  ],
  [
    'a part that says it is a message and is none',
    FROM +
      multipart(
        'mixed',
        'b',
        lines('Content-Type: message/rfc822', '', '{5}'),
        lines('Content-Type: message/rfc822', ''),
        lines('Content-Type: message/partial; id="{5}"; number=1', '', 'x'),
      ),
  ],
  [
    'quoted-printable and base64 that are broken',
    FROM +
      multipart(
        'mixed',
        'b',
        lines('Content-Transfer-Encoding: base64', '', '!!!!{5}', 'SGVsbG8', '='),
        lines('Content-Transfer-Encoding: quoted-printable', '', '=7B5=7D=', '=ZZ=\xe9 {5}'),
      ),
  ],
  [
    'boundaries that end like literals',
    FROM + multipart('mixed', '{5}', TEXT, lines('', '--{5', '--{5}x', 'x')),
  ],
  ['a line of 100,000 octets', FROM + lines('', 'y'.repeat(100_000))],
];

export const hardMessages: readonly Script[] = MESSAGES.map(([what, message]) =>
  loggedIn(`a message with ${what}`, [
    `a APPEND Drafts "07-Feb-2024 02:33:44 +0530" ${literal(message)}`,
    'b SELECT Drafts',
    'c FETCH 1 (UID ENVELOPE BODY BODYSTRUCTURE RFC822.SIZE)',
    'd FETCH 1 BODY.PEEK[HEADER]',
    'e FETCH 1 (BODY.PEEK[1] BODY.PEEK[1.MIME] BODY.PEEK[2] BODY.PEEK[1.HEADER] BODY.PEEK[1.1.TEXT])',
    'f FETCH 1 (BODY.PEEK[]<0.2000> BODY.PEEK[TEXT]<1.2000>)',
    'g FETCH 1 (BODY.PEEK[HEADER.FIELDS (SUBJECT FROM "TO")] BODY.PEEK[HEADER.FIELDS.NOT (X-LONG)])',
    'h SEARCH OR TEXT "{5}" OR FROM "anna" SUBJECT "x"',
  ]),
);
