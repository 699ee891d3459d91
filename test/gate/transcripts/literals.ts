/** Backslashes are the transcript's own. */
const text = String.raw;

/** Literals of the client: what is one, what is none, and what upstream decides (RFC 9051 §4.3, RFC 7888, RFC 3516). */
export const literals: Readonly<Record<string, string>> = {
  'a synchronizing literal waits for the continuation request': text`
    C: a LOGIN anna {6}
    C! secret
    S: + go ahead
    U: secret
    S: a OK in
    = login anna with anna/secret by LOGIN
  `,
  'untagged data may come before the continuation request': text`
    S: * PREAUTH ready
    C: a APPEND Drafts {5}
    C! hello
    S: * 3 EXISTS
    S: * OK still here
    S: +
    U: hello
    S: a OK done
  `,
  'a non-synchronizing literal passes at once': text`
    S: * PREAUTH ready
    C: a APPEND Drafts {5+}
    C: hello
    C: b NOOP
  `,
  'literal8, synchronizing and not': text`
    S: * PREAUTH ready
    C: a APPEND Drafts ~{3+}
    C: \x00\xff\n
    C: b APPEND Drafts ~{3}
    C! \x00\xff\n
    C! c NOOP
    S: a OK done
    S: + go ahead
    U: \x00\xff\n
    U: c NOOP
  `,
  'several literals of all kinds in one command': text`
    S: * PREAUTH ready
    C: a APPEND {6+}
    C: Drafts (\\Seen) ~{2+}
    C: hi (\\Flagged) {3}
    C! bye {0+}
    C!
    C! b NOOP
    S: +
    U: bye {0+}
    U:
    U: b NOOP
  `,
  'a literal behind a parenthesis': text`
    S: * PREAUTH ready
    C: a STATUS INBOX ({8+}
    C: MESSAGES)
    C: b NOOP
  `,
  'a literal of no octets: the line goes on behind it': text`
    S: * PREAUTH ready
    C: a SEARCH SUBJECT {0+}
    C:  FROM {0+}
    C:
    C! x SEND 1
    S: * SEARCH 1
    S: a OK done
    = take x SEND 1
  `,
  'the octets of a literal are no command, whatever they look like': text`
    S: * PREAUTH ready
    C: a APPEND Drafts {86+}
    C: x SEND 1:*
    C: y STARTTLS
    C: {5+}
    C: * CAPABILITY IMAP4rev1
    C: P1 OK done
    C: z SEND {6+}
    C: DONE
    C:
    C! b SEND 7
    S: a OK done
    = take b SEND 7
  `,
  'a refused literal: what follows is a new command, here SEND': text`
    S: * PREAUTH ready
    C: a APPEND Elsewhere {12}
    C! x SEND 1
    S: a NO [TRYCREATE] no such mailbox
    = take x SEND 1
  `,
  'a refused literal: the octets that came for it are read as commands': text`
    S: * PREAUTH ready
    C: a APPEND Elsewhere {8}
    C! b NOOP
    C! c NOOP
    S: a NO [TRYCREATE] no such mailbox
    U: b NOOP
    U: c NOOP
  `,
  'Dovecot refuses an APPEND of {0} without a continuation request': text`
    S: * PREAUTH ready
    C: a APPEND Drafts {0}
    C! b NOOP
    S: a NO Can't save a zero byte message
    U: b NOOP
    S: b OK done
  `,
  'Cyrus grants {0}, refuses it at once and reads the next line as a command': text`
    S: * PREAUTH ready
    C: a APPEND Drafts {0}
    S: + go ahead
    S: a NO Zero-length message literal
    C: b NOOP
    S: b OK done
  `,
  'the same, when the client ends the command first': text`
    S: * PREAUTH ready
    C: a APPEND Drafts {0}
    S: + go ahead
    S: a NO Zero-length message literal
    C:
    C: b NOOP
    S: * BAD Invalid tag
    S: b OK done
  `,
  'Dovecot grants {0}, refuses it at once and passes over the rest of the line': text`
    S: * PREAUTH ready
    C: a APPEND {0}
    S: + OK
    S: a NO [CANNOT] Name is empty
    C:  {5}
    C: hello
    S: hello BAD Invalid command name
    C: b NOOP
    S: b OK done
  `,
  'what would not wait in the rest of such a line is taken for nothing': text`
    S: * PREAUTH ready
    C: a APPEND {0}
    S: + OK
    S: a NO [CANNOT] Name is empty
    C!  {5+}
    = fail ambiguous-literal
  `,
  'a granted {0} is the middle of its command': text`
    S: * PREAUTH ready
    C: a APPEND Drafts {0}
    S: + go ahead
    C: (MULTIAPPEND) {2+}
    C: hi
    C: b NOOP
  `,
  'an APPEND that is refused before its literal is over is read to its end, further literals included': text`
    S: * PREAUTH ready
    C: a APPEND Elsewhere {10+}
    C: x SEND\
    S: a NO [TRYCREATE] no such mailbox
    C:  1\r\n (\\Seen) {10+}
    C: y SEND 2
    C:
    C! z SEND 3
    = take z SEND 3
  `,
  'a synchronizing literal announced after the answer is none': text`
    S: * PREAUTH ready
    C: a FOO bar\
    S: a BAD no such command
    C:  {5}
    C: b NOOP
    S: b OK done
  `,
  'bare LF ends a command': text`
    S: * PREAUTH ready
    C: a NOOP\n\
    C: b SEARCH {3}\n\
    C! ALL\n\
    C! x SEND 1\n\
    S: a OK done
    S: +
    U: ALL\n\
    S: b OK done
    = take x SEND 1
  `,
  'CR without LF does not': text`
    S: * PREAUTH ready
    C: a NOOP\rx SEND 1
    C: b\rSEND 1
    S: a BAD bare CR
  `,
  'braces that announce nothing': text`
    S: * PREAUTH ready
    C: a SEARCH SUBJECT "{5}"
    C: b SEARCH SUBJECT "{5+}"
    C: c SEARCH SUBJECT "x {5+}\\" y"
    C: d SEARCH {5} TEXT
    C: e SEARCH {5+}\x20
    C: f SEARCH 5}
    C: g SEARCH {5a}
    C: h SEARCH {+5}
    C: i SEARCH {5}}
    C: j SEARCH {{5
    C: k NOOP
  `,
  'an announcement in an odd place is for upstream to judge': text`
    S: * PREAUTH ready
    C: a SEARCH x{5}
    C! b SEARCH "{5}
    C! c SEARCH {}
    C! d SEARCH {99999999999999999999}
    C! e SEARCH 999999999999999999999999}
    C! f NOOP
    S: a BAD no literal there
    U: b SEARCH "{5}
    S: b BAD no closing quote
    U: c SEARCH {}
    S: c BAD no number
    U: d SEARCH {99999999999999999999}
    S: d BAD too large
    U: e SEARCH 999999999999999999999999}
    S: e BAD no such key
    U: f NOOP
  `,
  'if upstream asks for it, it is one': text`
    S: * PREAUTH ready
    C: a SEARCH x{8}
    C! x SEND 1
    C! 
    S: +
    U: x SEND 1\
    U:
    U: 
  `,
  'unless nobody can say how long it is': text`
    S: * PREAUTH ready
    C: a SEARCH {}
    S! + go ahead
    = fail ambiguous-literal
  `,
  'the largest literal that both servers count alike': text`
    S: * PREAUTH ready
    C: a APPEND Drafts {4294967295+}
    C: x SEND 1
  `,
};
