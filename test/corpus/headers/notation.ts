import { readTranscripts } from './case.js';

/** How fields are written and found (RFC 5322 §2.2, §4.5). */
export const notationCases = readTranscripts(`
  odd case
  | FROM: ann@a.example
  | tO: bob@b.example
  - bCC: dan@d.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>
  > RCPT TO <dan@d.example>

  no blank behind the colon
  | From:ann@a.example
  | To:bob@b.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>

  blanks before the colon
  | From : ann@a.example
  | To\t: bob@b.example
  - Bcc \t : dan@d.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>
  > RCPT TO <dan@d.example>

  a fold before the colon
  | From
  |  : ann@a.example
  | To: bob@b.example
  - Bcc
  - \t: dan@d.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>
  > RCPT TO <dan@d.example>

  folded lists
  | From: ann@a.example
  | To: Bob
  |  <bob@b.example>,
  | \tcat@c.example
  - Bcc:
  -  dan@d.example,
  -   eve@e.example
  | Subject: x
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>
  > RCPT TO <cat@c.example>
  > RCPT TO <dan@d.example>
  > RCPT TO <eve@e.example>

  folds within an address
  | From: ann@a.example
  | To: bob
  |  @
  |  b
  |  .example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>

  a folded line of blanks only
  | From: ann@a.example
  - Bcc: dan@d.example,
  - \x20
  -  eve@e.example
  | To: bob@b.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>
  > RCPT TO <dan@d.example>
  > RCPT TO <eve@e.example>

  Bcc first and last
  - Bcc: dan@d.example
  | From: ann@a.example
  | To: bob@b.example
  - Bcc: eve@e.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>
  > RCPT TO <dan@d.example>
  > RCPT TO <eve@e.example>

  fields that only look like Bcc
  | From: ann@a.example
  | To: bob@b.example
  | X-Bcc: dan@d.example
  | Bccc: dan@d.example
  | Subject: x
  |  Bcc: dan@d.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>

  addresses in other fields
  | From: ann@a.example
  | To: bob@b.example
  | Subject: To: eve@e.example
  | X-To: eve@e.example
  | Apparently-To: eve@e.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>

  an mbox separator
  | From ann@a.example Mon Jan  1 00:00:00 2024
  | From: ann@a.example
  | To: bob@b.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>

  an escaped mbox separator
  | >From ann@a.example Mon Jan  1 00:00:00 2024
  | From: ann@a.example
  | To: bob@b.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>

  a line that is no field behind all addresses
  | From: ann@a.example
  | To: bob@b.example
  | no field at all
  | Subject: x
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>

  a line that begins with a colon
  | From: ann@a.example
  | To: bob@b.example
  | : no field
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>

  a line that is no field before an address
  | From: ann@a.example
  | no field at all
  | To: bob@b.example
  ! DATA <> 554 5.6.0 An address field follows a line that is no header field

  a line that is no field before a Bcc
  | From: ann@a.example
  | To: bob@b.example
  | Dear Dan,
  - Bcc: dan@d.example
  ! DATA <> 554 5.6.0 An address field follows a line that is no header field

  an mbox separator that is not the first line
  | From: ann@a.example
  | >From x
  | To: bob@b.example
  ! DATA <> 554 5.6.0 An address field follows a line that is no header field

  a header that begins with a folded line
  |  From: ann@a.example
  | From: ann@a.example
  | To: bob@b.example
  ! DATA <> 554 5.6.0 An address field follows a line that is no header field

  a field name with an octet above 127
  | Tö: x
  | From: ann@a.example
  | To: bob@b.example
  ! DATA <> 554 5.6.0 An address field follows a line that is no header field

  an empty header
  ! MAIL FROM <> 550 5.1.7 The message has no From field

  text without a header
  | Hello Bob, this is no mail
  ! MAIL FROM <> 550 5.1.7 The message has no From field
`);
