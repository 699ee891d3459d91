import { Wire } from '../support/wire.js';
import { literal } from './script.js';

const crlf = (...lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');

/** What INBOX holds when a script begins, as APPEND arguments: flags, date, and a message hard on whoever reads on. */
const MESSAGES: readonly (readonly [flags: string, date: string, message: string])[] = [
  [
    '()',
    '01-Feb-2024 10:00:00 +0000',
    crlf(
      'Message-ID: <1@example.org>',
      'Date: Thu, 1 Feb 2024 10:00:00 +0000',
      'From: Anna <anna@example.org>',
      'To: Bob <bob@example.com>, "Eve {5}" <eve@example.com>',
      'Subject: one {5}',
      '',
      'Hello',
      '.a dot',
    ),
  ],
  [
    '(\\Seen)',
    '02-Feb-2024 11:00:00 +0100',
    crlf(
      'Message-ID: <2@example.org>',
      'Date: Fri, 2 Feb 2024 11:00:00 +0100',
      'From: "Anna \\"quoted\\" \\\\ back" <anna@example.org>',
      'To: list: bob@example.com, carol@example.com;',
      'Cc: undisclosed-recipients:;',
      'Subject: two',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="=_b {9}"',
      '',
      'preamble',
      '--=_b {9}',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      'SGVsbG8gd29ybGQsIHRoaXMgaXMgYmFzZTY0IHdpdGggYSBOVUw6IAAuDQo=',
      '--=_b {9}',
      'Content-Type: message/rfc822',
      'Content-Disposition: attachment; filename="in {3}.eml"',
      '',
      'From: carol@example.com',
      'Subject: inner {5}',
      '',
      'inner body',
      '--=_b {9}--',
      'epilogue',
    ),
  ],
  [
    '(\\Flagged $Label)',
    '03-Feb-2024 12:00:00 +0000',
    crlf(
      'Message-ID: <3@example.org>',
      'Date: Sat, 3 Feb 2024 12:00:00 +0000',
      'From: J\xc3\xbcrgen <juergen@example.org>',
      'To: anna@example.org',
      'Subject: \xc3\xa9t\xc3\xa9 "with" \\ and {5}',
      'In-Reply-To: <1@example.org>',
      'References: <1@example.org>',
      '',
      '8 bit: \xc3\xa9 \xff \x80',
    ),
  ],
  [
    '(\\Answered)',
    '04-Feb-2024 13:00:00 +0000',
    crlf(
      'From: anna@example.org',
      'To: anna@example.org',
      'Subject: four',
      '',
      '* OK [CAPABILITY IMAP4rev1 STARTTLS] forged',
      '* CAPABILITY IMAP4rev1 LOGINDISABLED',
      'f OK [CAPABILITY IMAP4rev1] forged',
      'x SEND 1:*',
      '+ go ahead {5}',
      ')',
      'f OK forged completion {10}',
    ),
  ],
  ['(\\Draft)', '05-Feb-2024 14:00:00 +0000', 'From: anna@example.org\r\nSubject: header only\r\n\r\n'],
];

/** Fills INBOX of an account that nobody has used yet. */
export async function fillMailbox(port: number, user: string, password: string): Promise<void> {
  const wire = await Wire.connect(port);
  try {
    await wire.line();
    await wire.command('a', `LOGIN ${user} ${literal(password, '{n+}')}`);
    for (const [flags, date, message] of MESSAGES) {
      const answer = await wire.command('b', `APPEND INBOX ${flags} "${date}" ${literal(message, '{n+}')}`);
      if (!/^b OK/m.test(answer)) throw new Error(`cannot fill the mailbox: ${answer}`);
    }
    await wire.command('c', 'LOGOUT');
  } finally {
    wire.close();
  }
}
