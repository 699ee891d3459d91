import { readTranscripts } from './case.js';

/** Resent messages (RFC 5322 §3.6.6). */
export const resentCases = readTranscripts(`
  a Resent block takes the place of the original fields
  | Resent-Date: x
  | Resent-From: bob@b.example
  | Resent-To: cat@c.example
  | From: ann@a.example
  | To: bob@b.example
  > MAIL FROM <bob@b.example>
  > RCPT TO <cat@c.example>

  a full Resent block
  | Resent-Date: x
  | Resent-From: bob@b.example, ben@b.example
  | Resent-Sender: sec@b.example
  | Resent-To: cat@c.example
  | Resent-Cc: dan@d.example
  - Resent-Bcc: eve@e.example
  -  , fay@f.example
  | Resent-Message-ID: <r@b.example>
  | From: ann@a.example
  | To: bob@b.example
  - Bcc: old@b.example
  > MAIL FROM <sec@b.example>
  > RCPT TO <cat@c.example>
  > RCPT TO <dan@d.example>
  > RCPT TO <eve@e.example>
  > RCPT TO <fay@f.example>
  > From bob@b.example, ben@b.example
  > Sender sec@b.example

  broken original fields of a resent message
  | Resent-Date: x
  | Resent-From: bob@b.example
  | Resent-To: cat@c.example
  | From: x, y
  | From: z
  | To: nobody
  > MAIL FROM <bob@b.example>
  > RCPT TO <cat@c.example>

  two Resent blocks
  | Resent-Date: x
  | Resent-From: cat@c.example
  | Resent-To: dan@d.example
  | Resent-Date: x
  | Resent-From: bob@b.example
  | Resent-To: cat@c.example
  | From: ann@a.example
  | To: bob@b.example
  ! DATA <> 554 5.6.0 A resent message must have one Resent-Date field, this one has 2

  a Resent block without a date
  | Resent-From: bob@b.example
  | Resent-To: cat@c.example
  | From: ann@a.example
  | To: bob@b.example
  ! DATA <> 554 5.6.0 A resent message must have one Resent-Date field, this one has 0

  a lone Resent-Message-ID
  | Resent-Message-ID: <r@b.example>
  | From: ann@a.example
  | To: bob@b.example
  ! DATA <> 554 5.6.0 A resent message must have one Resent-Date field, this one has 0

  a Resent block without Resent-From
  | Resent-Date: x
  | Resent-To: cat@c.example
  | From: ann@a.example
  | To: bob@b.example
  ! MAIL FROM <> 550 5.1.7 The message has no Resent-From field

  two Resent-From fields with one date
  | Resent-Date: x
  | Resent-From: bob@b.example
  | Resent-From: cat@c.example
  | Resent-To: cat@c.example
  | From: ann@a.example
  ! MAIL FROM <> 550 5.1.7 The message has 2 Resent-From fields

  a Resent block without recipients
  | Resent-Date: x
  | Resent-From: bob@b.example
  | From: ann@a.example
  | To: bob@b.example
  ! RCPT TO <> 554 5.5.0 The message has no recipients

  an unreadable Resent-Bcc
  | Resent-Date: x
  | Resent-From: bob@b.example
  - Resent-Bcc: cat
  | From: ann@a.example
  | To: bob@b.example
  ! RCPT TO <cat> 553 5.1.3 Not an address in the Resent-Bcc field
`);
