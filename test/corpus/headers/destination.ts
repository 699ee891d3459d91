import { readTranscripts } from './case.js';

/** Who receives (RFC 5322 §3.6.3). */
export const destinationCases = readTranscripts(`
  To, Cc and Bcc
  | From: ann@a.example
  - Bcc: dan@d.example
  | Cc: cat@c.example
  | To: bob@b.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>
  > RCPT TO <cat@c.example>
  > RCPT TO <dan@d.example>

  several fields of each
  | From: ann@a.example
  | To: b1@b.example
  | Cc: c1@c.example
  | To: b2@b.example
  - Bcc: d1@d.example
  | Cc: c2@c.example
  - Bcc: d2@d.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <b1@b.example>
  > RCPT TO <b2@b.example>
  > RCPT TO <c1@c.example>
  > RCPT TO <c2@c.example>
  > RCPT TO <d1@d.example>
  > RCPT TO <d2@d.example>

  Bcc only
  | From: ann@a.example
  - Bcc: dan@d.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <dan@d.example>

  empty Cc and Bcc
  | From: ann@a.example
  | To: bob@b.example
  | Cc:
  - Bcc:\x20
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>

  duplicates, the domain in any case
  | From: ann@a.example
  | To: bob@b.example, bob@B.EXAMPLE
  | Cc: "bob"@b.Example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>

  local parts that differ in case
  | From: ann@a.example
  | To: bob@b.example, Bob@b.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>
  > RCPT TO <Bob@b.example>

  a U-label and its A-label
  | From: ann@a.example
  | To: bob@bücher.example
  | Cc: bob@XN--bcher-kva.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@bücher.example>

  the originator among the recipients
  | From: ann@a.example
  | To: ann@a.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <ann@a.example>

  no recipient fields
  | From: ann@a.example
  | Subject: x
  ! RCPT TO <> 554 5.5.0 The message has no recipients

  only empty recipient fields and groups
  | From: ann@a.example
  | To: undisclosed-recipients:;
  | Cc:\x20
  - Bcc: ,
  ! RCPT TO <> 554 5.5.0 The message has no recipients

  an unreadable Cc
  | From: ann@a.example
  | To: bob@b.example
  | Cc: cat
  ! RCPT TO <cat> 553 5.1.3 Not an address in the Cc field

  an unreadable Bcc
  | From: ann@a.example
  | To: bob@b.example
  - Bcc: a b@d.example
  ! RCPT TO <a b@d.example> 553 5.1.3 Not an address in the Bcc field
`);
