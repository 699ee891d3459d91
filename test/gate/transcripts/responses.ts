/** Backslashes are the transcript's own. */
const text = String.raw;

/** What the server says: where its lines and literals end, and what is none. */
export const responses: Readonly<Record<string, string>> = {
  'literals in data, one after the other, empty, literal8': text`
    S: * PREAUTH ready
    S: * LIST (\\HasChildren) "/" {5}
    S: a{3}b
    S: * 1 FETCH (BODY[1] {3}
    S: abc BODY[2] {0}
    S:  BINARY[3] ~{2}
    S: \x00{ UID 4)
    S: * 2 EXISTS
  `,
  'the octets of a literal are no response, whatever they look like': text`
    S: * PREAUTH ready
    C: a FETCH 1 BODY[]
    S: * 1 FETCH (BODY[] {68}
    S: a OK done
    S: * CAPABILITY IMAP4rev1
    S: + go ahead
    S: * BYE now
    S: b OK {4}
    S: )
    S: a OK done
  `,
  'status texts hold no literals': text`
    S: * PREAUTH ready {5}
    C: a SELECT x{5}
    C! b NOOP
    S: * OK you wrote {5}
    S: * NO nor {5+}
    S: * BAD nor {}
    S: * OK [ALERT] nor {5}
    S: a NO no such mailbox: x {5}
    U: b NOOP
    S: b OK {5}
    S: * BYE {5}
  `,
  'continuation requests hold no literals either': text`
    S: * PREAUTH ready
    C: i IDLE
    S: + idling {5}
    S: * 1 EXISTS
    C: DONE
    S: i OK done
  `,
  'a continuation request without a text': text`
    S: * PREAUTH ready
    C: i IDLE
    S: +
    C: DONE
  `,
  'quoted strings that end like an announcement': text`
    S: * PREAUTH ready
    S: * LIST () "/" "x {5}"
    S: * LIST () "/" "{5}"
    S: * 1 FETCH (ENVELOPE (NIL "a {5}" NIL))
  `,
  'bare LF, and CR without LF': text`
    S: * PREAUTH ready\n\
    C: a NOOP
    S: * 3 EXI\rSTS\n\
    S: a OK\n\
  `,
  'words that only begin like others': text`
    S: * PREAUTH ready
    S: * OKAY
    S: * NOPE
    S: * BADGER
    S: * BYEBYE
    S: * CAPABILITIES STARTTLS
    S: * OK [CAPABILITIES STARTTLS] what
    S: *STATUS
    S: what is this
  `,
  'PREAUTH is a greeting or means nothing': text`
    > options clear starttls
    S: * OK ready
    S: * PREAUTH too late
    C! a LOGIN anna secret
    P: a NO [PRIVACYREQUIRED] LOGIN needs TLS: use STARTTLS first
  `,
  'case does not matter': text`
    S: * preauth ready
    C: a NOOP
    C: b NOOP
    S: a ok
    S: b bAd
    S: * bye
  `,
  'data without a text': text`
    S: * PREAUTH ready
    S: * 
    S: * OK
    S: *  x
    S: 
  `,
  'a tag that looks like something else': text`
    S: * PREAUTH ready
    C: CAPABILITY]x NOOP
    S! CAPABILITY]x OK [CAPABILITY IMAP4rev1 STARTTLS] done
    P: CAPABILITY]x OK [CAPABILITY IMAP4rev1 SEND] done
    C: OK NOOP
    S: OK OK OK
  `,
};
