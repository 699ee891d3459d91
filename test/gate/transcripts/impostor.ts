/** Backslashes are the transcript's own. */
const text = String.raw;

const LONG = 't'.repeat(101);

/**
 * Attempts to be taken for somebody else: to have the server's answer to one command of the client's taken for its
 * answer to a login as `boss`. With `--sender-policy login` that would be enough to send mail as `boss`.
 */
export const impostor: Readonly<Record<string, string>> = {
  'Cyrus does not repeat a tag that stands alone': text`
    S: * OK ready
    C: a
    S: * BAD Invalid tag
    C: a LOGIN boss wrong
    C! a LOGIN anna secret
    S: a NO no
    = login-failed boss with boss/wrong by LOGIN: NO no
    U: a LOGIN anna secret
    S: a OK in
    = login anna with anna/secret by LOGIN
  `,
  'Dovecot does not repeat a tag of more than 100 octets before login, and does after it': text`
    S: * OK ready
    C: ${LONG} NOOP
    C: a LOGIN anna secret
    S: * BAD Error in IMAP command received by server.
    S: a OK in
    = login anna with anna/secret by LOGIN
    C! ${LONG} LOGIN boss wrong
  `,
  'Cyrus repeats a tag of +, and what it says reads as the grant of a literal that holds a login': text`
    S: * OK ready
    C! + {21}
    = fail disputed-tag
  `,
  'a literal of LOGIN behind a brace that Dovecot cannot read, so that it carries out what the literal holds': text`
    S: * OK ready
    C! a LOGIN {x {21+}
    C! b LOGIN anna secret
    C!
    C! b LOGIN boss wrong
    = fail ambiguous-literal
  `,
  'a login that is never answered': text`
    S: * OK ready
    C: ${LONG} LOGIN boss wrong
    C! c LOGIN anna secret
    C! ${LONG} NOOP
    S: * BAD Error in IMAP command received by server.
  `,
  'a server that ignores the initial response': text`
    S: * OK ready
    C: a AUTHENTICATE PLAIN AGJvc3MAd3Jvbmc=
    S: + 
    C: AGFubmEAc2VjcmV0
    S: a OK in
    = login nobody by AUTHENTICATE PLAIN
  `,
  'a user that is named twice': text`
    S: * OK ready
    C: a AUTHENTICATE XOAUTH2 dXNlcj1ib3NzAXVzZXI9YW5uYQFhdXRoPUJlYXJlciB0MGtlbgEB
    S: a OK in
    = login nobody by AUTHENTICATE XOAUTH2
  `,
  'a login when somebody is logged in': text`
    S: * OK ready
    C: a LOGIN anna secret
    S: a OK in
    = login anna with anna/secret by LOGIN
    C: b LOGIN boss wrong
    S: b OK what?
    = login nobody by LOGIN
  `,
  'a login behind a literal that Dovecot reads as commands': text`
    S: * PREAUTH ready
    C: a FOO {8+}
    C: b NOOP
    C:
    C: b UNAUTHENTICATE
    S: a BAD Unknown command
    S: b OK done
    = unauthenticated
    C: c LOGIN boss wrong
    S: c OK in
    = login nobody by LOGIN
  `,
};
