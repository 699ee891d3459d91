import type { Reaction, Script } from '../support/smtp-peer.js';

/** To RCPT TO, by the local part of the recipient; others are accepted. */
const TO_RECIPIENT: Readonly<Record<string, string>> = {
  unknown: '550 5.1.1 User unknown',
  bare: '550',
  lines: '550-5.1.1 one\r\n550 5.1.1 two',
  quotes: '550 "no" \\ {5}',
  utf8: '550 5.1.1 J\xc3\xb6rg',
  nul: '550 5.1.1 a\0b',
  cr: '550 5.1.1 a\rb',
  long: `550 5.1.1 ${'x'.repeat(2000)}`,
  'sender-refused': '250 fine',
};

/** A submission server whose replies depend on the recipient. It says nothing to MAIL FROM before it knows that. */
export function msaWithReplies(): Script {
  const recipients = new Map<number, string>();
  return ({ line, connection }): Reaction | undefined => {
    const recipient = recipients.get(connection) ?? '';
    switch (line.split(/[ :]/)[0]?.toUpperCase()) {
      case '':
        return '220 msa.example ESMTP\r\n';
      case 'EHLO':
        return '250-msa.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n';
      case 'MAIL':
        return '';
      case 'RCPT': {
        const name = /<([^@>]*)@/.exec(line)?.[1] ?? '';
        recipients.set(connection, name);
        const toMail = name === 'sender-refused' ? '550 5.7.1 Not you' : '250 fine';
        return `${toMail}\r\n${TO_RECIPIENT[name] ?? '250 fine'}\r\n`;
      }
      case 'DATA':
        if (recipient === 'lost') return 'close';
        return recipient === 'data-refused' ? '554 5.3.0 not now\r\n' : '354 go on\r\n';
      case 'CONTENT':
        return undefined;
      case '.':
        if (recipient === 'vanishing') return 'close';
        return recipient === 'content-refused' ? '552 5.3.4 Too big\r\n' : '250 2.0.0 queued\r\n';
      default:
        return '250 fine\r\n';
    }
  };
}
