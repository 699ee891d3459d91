/** Backslashes are the transcript's own. */
const text = String.raw;

/** Who the client is, from what it shows the server, and only when the server believed it. */
export const login: Readonly<Record<string, string>> = {
  'LOGIN with atoms, a quoted string, literals': text`
    S: * OK ready
    C: a LOGIN anna wrong
    S: a NO [AUTHENTICATIONFAILED] no
    = login-failed anna with anna/wrong by LOGIN: NO [AUTHENTICATIONFAILED] no
    C: b login "an\\"na" "a\\\\b"
    S: b NO no
    = login-failed an"na with an"na/a\b by LOGIN: NO no
    C: c LOGIN {4+}
    C: anna {6}
    C! secret
    S: + 
    U: secret
    S: c OK in
    = login anna with anna/secret by LOGIN
  `,
  'LOGIN whose arguments cannot be read': text`
    S: * OK ready
    C: a LOGIN anna
    S: a BAD no password
    = login-failed nobody by LOGIN: BAD no password
    C: b LOGIN anna secret more
    S: b OK whoever you are
    = login nobody by LOGIN
  `,
  'commands behind a login wait until it is known whether it succeeded': text`
    S: * OK ready
    C: a LOGIN anna secret
    C! b APPEND Drafts {5+}
    C! hello
    C! x SEND 1
    S: * OK [ALERT] your mailbox is nearly full
    S: a OK in
    = login anna with anna/secret by LOGIN
    U: b APPEND Drafts {5+}
    U: hello
    S: b OK done
    = take x SEND 1
  `,
  'AUTHENTICATE with an initial response': text`
    S: * OK ready
    C: a AUTHENTICATE PLAIN AGFubmEAc2VjcmV0
    C! b NOOP
    S: a OK in
    = login anna with anna/secret by AUTHENTICATE PLAIN
    U: b NOOP
  `,
  'AUTHENTICATE with a continuation': text`
    S: * OK ready
    C: a authenticate plain
    C! Ym9zcwBhbm5hAHNlY3JldA==
    C! b NOOP
    S: + 
    U: Ym9zcwBhbm5hAHNlY3JldA==
    S: a OK in
    = login boss with anna/secret by AUTHENTICATE PLAIN
    U: b NOOP
  `,
  'AUTHENTICATE with two, as bare lines': text`
    S: * OK ready
    C: a AUTHENTICATE LOGIN\n\
    S: + VXNlcm5hbWU6
    C: YW5uYQ==\n\
    C! c2VjcmV0\n\
    S: + UGFzc3dvcmQ6
    U: c2VjcmV0\n\
    S: a OK in
    = login anna with anna/secret by AUTHENTICATE LOGIN
  `,
  'AUTHENTICATE with an empty initial response': text`
    S: * OK ready
    C: a AUTHENTICATE LOGIN =
    S: + VXNlcm5hbWU6
    C: YW5uYQ==
    S: + UGFzc3dvcmQ6
    C: c2VjcmV0
    S: a OK in
    = login anna with anna/secret by AUTHENTICATE LOGIN
  `,
  'AUTHENTICATE with a token': text`
    S: * OK ready
    C: a AUTHENTICATE XOAUTH2 dXNlcj1hbm5hAWF1dGg9QmVhcmVyIHQwa2VuAQE=
    S: + eyJzdGF0dXMiOiI0MDEifQ==
    C:
    S: a NO expired
    = login-failed nobody by AUTHENTICATE XOAUTH2: NO expired
    C: b AUTHENTICATE OAUTHBEARER bixhPWFubmEsAWF1dGg9QmVhcmVyIHQwa2VuAQE=
    S: b OK in
    = login anna with anna/t0ken by AUTHENTICATE OAUTHBEARER
  `,
  'AUTHENTICATE cancelled': text`
    S: * OK ready
    C: a AUTHENTICATE PLAIN
    S: + 
    C: *
    C! b NOOP
    S: a BAD Authentication aborted
    U: b NOOP
  `,
  'AUTHENTICATE LOGIN cancelled behind the name, where no password was tried': text`
    S: * OK ready
    C: a AUTHENTICATE LOGIN
    S: + VXNlcm5hbWU6
    C: YW5uYQ==
    S: + UGFzc3dvcmQ6
    C: *
    S: a BAD Authentication aborted
  `,
  'AUTHENTICATE cancelled behind a token that was refused: it was tried': text`
    S: * OK ready
    C: a AUTHENTICATE OAUTHBEARER =
    S: + 
    C: bixhPWFubmEsAWF1dGg9QmVhcmVyIHgBAQ==
    S: + eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=
    C: *
    S: a BAD Authentication aborted
    = login-failed nobody by AUTHENTICATE OAUTHBEARER: BAD Authentication aborted
  `,
  'AUTHENTICATE refused by upstream: the next line is a command': text`
    S: * OK ready
    C: a AUTHENTICATE X-NEW
    C! b NOOP
    S: a NO unsupported
    = login-failed nobody by AUTHENTICATE: NO unsupported
    U: b NOOP
  `,
  'AUTHENTICATE ended by upstream before a response, and in the middle of one': text`
    S: * OK ready
    C: a AUTHENTICATE PLAIN
    S: + 
    S: a NO too slow
    = login-failed nobody by AUTHENTICATE PLAIN: NO too slow
    C: b AUTHENTICATE PLAIN
    S: + 
    C: AGFu\
    S: b NO too slow
    = login-failed nobody by AUTHENTICATE PLAIN: NO too slow
    C: bmEAc2VjcmV0
    C: c NOOP
    S: * BAD Invalid tag
    S: c OK done
  `,
  'AUTHENTICATE that is refused before its line is over': text`
    S: * OK ready
    C: a AUTHENTICATE PLAIN AGFu\
    S: a BAD too long
    = login-failed nobody by AUTHENTICATE PLAIN: BAD too long
    C: bmEAc2VjcmV0
    C: b NOOP
  `,
  'AUTHENTICATE with a mechanism that shows a name and no secret': text`
    > options no-replay
    S: * OK ready
    C: a AUTHENTICATE SCRAM-SHA-256
    S: + 
    C: biwsbj1hbm5hLHI9YWJj
    S: + cj1hYmM=
    C: Yz1iaXdz
    S: + dj1hYmM=
    C:
    S: a OK in
    = login anna by AUTHENTICATE SCRAM-SHA-256
  `,
  'AUTHENTICATE with mechanisms that are removed from the list': text`
    S: * OK ready
    C! a AUTHENTICATE GSSAPI
    P: a NO GSSAPI is not available through this proxy
    C! b AUTHENTICATE SCRAM-SHA-256-PLUS
    P: b NO SCRAM-SHA-256-PLUS is not available through this proxy
    C! c AUTHENTICATE cram-md5 {5+}
    C! hello
    P: c NO CRAM-MD5 is not available through this proxy
    C! d AUTHENTICATE "PLAIN"
    P: d BAD AUTHENTICATE expects a mechanism
    C! e AUTHENTICATE {5}
    P: e BAD AUTHENTICATE expects a mechanism
    C! f AUTHENTICATE ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOP
    P: f BAD AUTHENTICATE expects a mechanism
    C: g AUTHENTICATE
    S: g BAD no mechanism
    = login-failed nobody by AUTHENTICATE: BAD no mechanism
  `,
  'what cannot be replayed may be used when nothing is': text`
    > options no-replay
    S: * OK ready
    C: a AUTHENTICATE CRAM-MD5
  `,
  'a secret in clear is refused, and whatever follows': text`
    > options clear starttls
    S: * OK ready
    C! a LOGIN anna {6+}
    C! secret
    P: a NO [PRIVACYREQUIRED] LOGIN needs TLS: use STARTTLS first
    C! b AUTHENTICATE PLAIN AGFubmEAc2VjcmV0
    P: b NO [PRIVACYREQUIRED] AUTHENTICATE PLAIN needs TLS: use STARTTLS first
    C! c LOGIN anna {6}
    P: c NO [PRIVACYREQUIRED] LOGIN needs TLS: use STARTTLS first
    C: d NOOP
  `,
  'unless the operator allows it': text`
    > options clear starttls allow-cleartext
    S: * OK ready
    C: a LOGIN anna secret
    S: a OK in
    = login anna with anna/secret by LOGIN
  `,
  'UNAUTHENTICATE, and somebody else': text`
    S: * OK ready
    C: a LOGIN anna secret
    S: a OK in
    = login anna with anna/secret by LOGIN
    C: b UNAUTHENTICATE
    C: c NOOP
    S: b OK out
    = unauthenticated
    S: c OK done
    C: d LOGIN bert geheim
    S: d OK in
    = login bert with bert/geheim by LOGIN
  `,
  'UNAUTHENTICATE refused': text`
    S: * PREAUTH ready
    C: a UNAUTHENTICATE
    S: a BAD unknown command
    C: b APPEND Drafts {2+}
    C: hi
  `,
};
