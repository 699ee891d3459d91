/** Backslashes are the transcript's own. */
const text = String.raw;

/** Commands that the proxy answers itself: each in its place, after all commands before it. */
export const local: Readonly<Record<string, string>> = {
  'STARTTLS, and the capabilities before, after and after login': text`
    > options clear starttls
    S! * OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED AUTH=PLAIN] ready
    P: * OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED SEND] ready
    C: a NOOP
    C! b STARTTLS
    S: a OK done
    = starttls b
    > secure
    C: c CAPABILITY
    S! * CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN
    P: * CAPABILITY IMAP4rev1 AUTH=PLAIN SEND
    S: c OK done
    C! d STARTTLS
    P: d BAD STARTTLS is not available
    C: e LOGIN anna secret
    S! e OK [CAPABILITY IMAP4rev1 IDLE] in
    P: e OK [CAPABILITY IMAP4rev1 IDLE SEND] in
    = login anna with anna/secret by LOGIN
  `,
  'STARTTLS is not read on behind, whatever comes': text`
    > options clear starttls
    S: * OK ready
    C! a STARTTLS
    = starttls a
    C! b LOGIN anna secret
  `,
  'STARTTLS where there is none, and with an argument': text`
    > options clear allow-cleartext
    S: * OK ready
    C! a STARTTLS
    P: a BAD STARTTLS is not available
    C! b STARTTLS now
    P: b BAD STARTTLS takes no arguments
    C! c starttls {3+}
    C! now
    P: c BAD STARTTLS takes no arguments
    C! d UID STARTTLS
    U: d UID STARTTLS
  `,
  'STARTTLS after a PREAUTH greeting': text`
    > options clear starttls
    S! * PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] ready
    P: * PREAUTH [CAPABILITY IMAP4rev1 SEND] ready
    C! a STARTTLS
    P: a BAD STARTTLS is not available
  `,
  COMPRESS: text`
    S: * PREAUTH ready
    C: a NOOP
    C! b COMPRESS DEFLATE
    C! c compress
    S: a OK done
    P: b NO COMPRESS is not available through this proxy
    P: c NO COMPRESS is not available through this proxy
  `,
  'RLIST and RLSUB lead to referrals': text`
    S: * PREAUTH ready
    C! a RLIST "" {1+}
    C! *
    P: a NO RLIST is not available through this proxy: it leads to referrals
    C! b RLSUB "" *
    P: b NO RLSUB is not available through this proxy: it leads to referrals
  `,
  'ENABLE passes, but for UIDONLY': text`
    S: * PREAUTH ready
    C: a ENABLE CONDSTORE UTF8=ACCEPT
    C: b ENABLE UIDONLY-NOT XUIDONLY
    C! c ENABLE CONDSTORE uidonly
    C! d enable UIDONLY QRESYNC
    C! e NOOP
    S: * ENABLED CONDSTORE
    S: a OK done
    S: b OK done
    P: c BAD UIDONLY is not available through this proxy
    P: d BAD UIDONLY is not available through this proxy
    U: e NOOP
  `,
  'a server with a SEND of its own': text`
    S! * PREAUTH [CAPABILITY IMAP4rev1 LOGIN-REFERRALS SEND] ready
    P: * PREAUTH [CAPABILITY IMAP4rev1 SEND] ready
    C: a SEND 1
    C: b UID SEND whatever
    C! c STARTTLS
    S: * 1 SEND (7 OK NIL)
    S: a OK done
    S: b BAD no
    P: c BAD STARTTLS is not available
  `,
  'whose SEND is used, once the login is answered': text`
    S: * OK [CAPABILITY IMAP4rev1 SEND] ready
    C: a LOGIN anna secret
    C! x SEND 1
    S! a OK [CAPABILITY IMAP4rev1] in
    P: a OK [CAPABILITY IMAP4rev1 SEND] in
    = login anna with anna/secret by LOGIN
    = take x SEND 1
  `,
};
