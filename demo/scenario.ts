/** The example of the memo: three messages, the second of them to somebody who does not exist. */

export const USER = 'anna@example.org';
export const PASSWORD = 'demo';

/** Answered with `REFUSAL` by the submission server. */
export const UNKNOWN_RECIPIENT = 'john@example.org';
export const REFUSAL = '550 User not found';

export const FIRST_UID = 3001;

export interface Mail {
  readonly header: readonly string[];
  readonly body: string;
  /** Its envelope: To, Cc and Bcc. */
  readonly recipients: readonly string[];
}

/** In the order of their UIDs. */
export const MAILS: readonly Mail[] = [
  {
    header: [
      'From: Anna <anna@example.org>',
      'To: Bob <bob@example.org>',
      'Bcc: Dora <dora@example.org>',
      'Subject: Minutes of Monday',
      'Date: Mon, 2 Jun 2025 17:05:00 +0200',
      'Message-ID: <minutes@example.org>',
    ],
    body: 'We agreed on everything.',
    recipients: ['bob@example.org', 'dora@example.org'],
  },
  {
    header: [
      'From: Anna <anna@example.org>',
      `To: John <${UNKNOWN_RECIPIENT}>`,
      'Subject: Are you still there?',
      'Date: Mon, 2 Jun 2025 17:10:00 +0200',
      'Message-ID: <still-there@example.org>',
    ],
    body: 'It has been a while.',
    recipients: [UNKNOWN_RECIPIENT],
  },
  {
    header: [
      'From: Anna <anna@example.org>',
      'To: Carol <carol@example.org>',
      'Subject: Lunch',
      'Date: Mon, 2 Jun 2025 17:15:00 +0200',
      'Message-ID: <lunch@example.org>',
    ],
    body: 'At noon?',
    recipients: ['carol@example.org'],
  },
];

export function textOf({ header, body }: Mail): string {
  return [...header, '', body, ''].join('\r\n');
}

export function headerField({ header }: Mail, name: string): string | undefined {
  const field = header.find((line) => line.startsWith(`${name}: `));
  return field?.slice(name.length + 2);
}

/** What has to be on the wire. */
export const DIALOGUE: readonly string[] = [
  'C: A003 SEND 1:3',
  'S: * 1 SEND (3001 OK NIL)',
  `S: * 2 SEND (3002 NO ("RCPT TO" "${UNKNOWN_RECIPIENT}" "${REFUSAL}"))`,
  'S: * 3 SEND (3003 OK NIL)',
  'S: A003 OK SEND completed',
];
