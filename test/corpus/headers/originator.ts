import { readTranscripts } from './case.js';

/** Who sends (RFC 5322 §3.6.2). */
export const originatorCases = readTranscripts(`
  Sender goes before From
  | From: ann@a.example
  | Sender: sec@a.example
  | To: bob@b.example
  > MAIL FROM <sec@a.example>
  > RCPT TO <bob@b.example>
  > From ann@a.example
  > Sender sec@a.example

  several From addresses with a Sender
  | From: ann@a.example, abe@a.example
  | Sender: abe@a.example
  | To: bob@b.example
  > MAIL FROM <abe@a.example>
  > RCPT TO <bob@b.example>
  > From ann@a.example, abe@a.example
  > Sender abe@a.example

  a From group of one address
  | From: Team: ann@a.example;
  | To: bob@b.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>

  an empty From group with a Sender
  | From: Nobody:;
  | Sender: ann@a.example
  | To: bob@b.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>
  > From
  > Sender ann@a.example

  Reply-To and Return-Path are not looked at
  | From: ann@a.example
  | Reply-To: broken
  | Return-Path: <x@evil.example>
  | To: bob@b.example
  > MAIL FROM <ann@a.example>
  > RCPT TO <bob@b.example>

  several From addresses without a Sender
  | From: ann@a.example, abe@a.example
  | To: bob@b.example
  ! MAIL FROM <> 550 5.1.7 Several addresses in From need a Sender field

  several From fields
  | From: ann@a.example
  | From: ann@a.example
  | To: bob@b.example
  ! MAIL FROM <> 550 5.1.7 The message has 2 From fields

  several From fields of different case
  | From: ann@a.example
  | FROM : ann@a.example
  | To: bob@b.example
  ! MAIL FROM <> 550 5.1.7 The message has 2 From fields

  several Sender fields
  | From: ann@a.example
  | Sender: a@a.example
  | sender: a@a.example
  | To: bob@b.example
  ! MAIL FROM <> 550 5.1.7 The message has 2 Sender fields

  several addresses in Sender
  | From: ann@a.example
  | Sender: a@a.example, b@a.example
  | To: bob@b.example
  ! MAIL FROM <> 550 5.1.7 The Sender field must have one address

  an empty Sender
  | From: ann@a.example
  | Sender:
  | To: bob@b.example
  ! MAIL FROM <> 550 5.1.7 The Sender field must have one address

  no From
  | Sender: ann@a.example
  | To: bob@b.example
  ! MAIL FROM <> 550 5.1.7 The message has no From field

  an empty From
  | From:\x20
  | To: bob@b.example
  ! MAIL FROM <> 550 5.1.7 The From field has no address

  an unreadable From
  | From: Ann at Home
  | To: bob@b.example
  ! MAIL FROM <Ann at Home> 550 5.1.7 Not an address in the From field

  an unreadable From beside a good Sender
  | From: ann
  | Sender: ann@a.example
  | To: bob@b.example
  ! MAIL FROM <ann> 550 5.1.7 Not an address in the From field

  an unreadable Sender
  | From: ann@a.example
  | Sender: <>
  | To: bob@b.example
  ! MAIL FROM <<>> 550 5.1.7 Not an address in the Sender field

  a null reverse-path as From
  | From: <>
  | To: bob@b.example
  ! MAIL FROM <<>> 550 5.1.7 Not an address in the From field
`);
