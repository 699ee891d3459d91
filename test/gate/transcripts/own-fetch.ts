/** Backslashes are the transcript's own. */
const text = String.raw;

/** The answers to our own FETCH, and everything that may come among them. */
const begin = (kind: string): string => `
  S: * PREAUTH ready
  C! x SEND 1
  = take x SEND 1
  > fetch ${kind}
`;

/** FETCH answers that do not read as one; each ends the session. */
const broken: readonly (readonly [title: string, kind: string, lines: string])[] = [
  ['a body that is no string', 'BODY[]', 'S! * 1 FETCH (UID 7 BODY[] (a b)'],
  ['a body without a value', 'BODY[]', 'S! * 1 FETCH (UID 7 BODY[] )'],
  ['a response that does not end', 'BODY[]', 'S! * 1 FETCH (UID 7 BODY[] NIL'],
  ['more behind the response', 'BODY[]', 'S! * 1 FETCH (UID 7 BODY[] NIL) x'],
  ['a quoted body that does not end', 'BODY[]', 'S! * 1 FETCH (UID 7 BODY[] "x)'],
  ['a non-synchronizing literal', 'BODY[]', 'S! * 1 FETCH (UID 7 BODY[] {5+}'],
  ['a literal of nobody knows what', 'BODY[]', 'S! * 1 FETCH (UID 7 BODY[] {}'],
  ['a literal in an odd place', 'BODY[]', 'S! * 1 FETCH (UID 7 BODY[] x{5}'],
  ['a literal before a bare LF', 'BODY[]', 'S! * 1 FETCH (UID 7 BODY[] {5}\\n\\'],
  ['a size that is a literal', 'RFC822.SIZE', 'S! * 1 FETCH (UID 7 RFC822.SIZE {1}'],
  ['another literal behind the size', 'RFC822.SIZE', 'S! * 1 FETCH (RFC822.SIZE 1 X {1}'],
  [
    'a second literal behind the body',
    'BODY[]',
    'S! * 1 FETCH (BODY[] {2}\n= body of 1, 2 octets\nS! hi UID 7 X {1}\nB: hi\\',
  ],
  ['a second body', 'BODY[]', 'S! * 1 FETCH (BODY[] {2}\n= body of 1, 2 octets\nS! hi BODY[] {1}\nB: hi\\'],
  [
    'nothing behind the body',
    'BODY[]',
    'S! * 1 FETCH (UID 7 BODY[] {2}\n= body of 1, 2 octets\nS! hi\nB: hi\\',
  ],
];

export const ownFetch: Readonly<Record<string, string>> = {
  'sizes: items in any order and case': text`
    ${begin('RFC822.SIZE')}
    S! * 1 FETCH (UID 7 RFC822.SIZE 100)
    = fetched 1 uid 7 size 100 inline undefined
    S! * 2 fetch (rfc822.size 200 uid 8)
    = fetched 2 uid 8 size 200 inline undefined
    S! * 3 FETCH (RFC822.SIZE 4294967296)
    = fetched 3 uid undefined size 4294967296 inline undefined
    S! P1 OK Fetch completed (0.001 secs).
    = fetch-done OK Fetch completed (0.001 secs).
    > answer OK SEND completed
    P: x OK SEND completed
  `,
  'a size that is none, and a sequence number that is none': text`
    ${begin('RFC822.SIZE')}
    S! * 1 FETCH (UID 7 RFC822.SIZE NIL)
    = fetched 1 uid 7 size undefined inline undefined
    S: * 0 FETCH (UID 7 RFC822.SIZE 5)
    S! P1 OK
    = fetch-done OK 
  `,
  'NO and BAD are told, and nobody else sees them': text`
    ${begin('RFC822.SIZE')}
    S! P1 NO [EXPUNGEISSUED] some are gone
    = fetch-done NO [EXPUNGEISSUED] some are gone
    > fetch RFC822.SIZE
    S! P2 BAD No mailbox selected {5}
    = fetch-done BAD No mailbox selected {5}
    > answer BAD no mailbox
    P: x BAD no mailbox
    C: b NOOP
    S: b OK done
  `,
  'a body, UID before it': text`
    ${begin('BODY[]')}
    S! * 1 FETCH (UID 7 BODY[] {11}
    = body of 1, 11 octets
    S! From: a
    S! 
    S! )
    B: From: a
    B:
    = fetched 1 uid 7 size undefined inline undefined
    S! P1 OK done
    = fetch-done OK done
  `,
  'a body, UID behind it': text`
    ${begin('BODY[]')}
    S! * 1 FETCH (BODY[] {4}
    = body of 1, 4 octets
    S! a{5} UID 7)
    B: a{5}\
    = fetched 1 uid 7 size undefined inline undefined
  `,
  'a body as literal8, quoted, NIL, empty': text`
    ${begin('BODY[]')}
    S! * 1 FETCH (UID 7 BODY[] ~{2}
    = body of 1, 2 octets
    S! \x00\xff)
    B: \x00\xff\
    = fetched 1 uid 7 size undefined inline undefined
    S! * 2 FETCH (UID 8 BODY[] "a \\"b\\" {5}")
    = fetched 2 uid 8 size undefined inline a "b" {5}
    S! * 3 FETCH (UID 9 BODY[] nil)
    = fetched 3 uid 9 size undefined inline undefined
    S! * 4 FETCH (UID 10 BODY[] {0}
    = body of 4, 0 octets
    S! )
    = fetched 4 uid 10 size undefined inline undefined
    S! * 5 FETCH (UID 11 BODY[] "")
    = fetched 5 uid 11 size undefined inline 
    S! P1 OK done
    = fetch-done OK done
  `,
  'what the client asked to be told of other messages (NOTIFY) is its own': text`
    ${begin('RFC822.SIZE 2:3,5')}
    S! * 2 FETCH (UID 7 RFC822.SIZE 100)
    = fetched 2 uid 7 size 100 inline undefined
    S: * 4 FETCH (UID 9 RFC822.SIZE 100 FLAGS ())
    S: * 6 EXISTS
    S: * 6 FETCH (UID 11 RFC822.SIZE 100)
    S! * 5 FETCH (UID 10 RFC822.SIZE 100)
    = fetched 5 uid 10 size 100 inline undefined
    S! P1 OK done
    = fetch-done OK done
    > fetch BODY[] 2
    S: * 6 FETCH (UID 11 BODY[] {4}
    S: mail)
    S! * 2 FETCH (UID 7 BODY[] "x")
    = fetched 2 uid 7 size undefined inline x
    S! P2 OK done
    = fetch-done OK done
  `,
  'a body that looks like responses': text`
    ${begin('BODY[]')}
    S! * 1 FETCH (UID 7 BODY[] {87}
    = body of 1, 87 octets
    S! P1 OK done
    S! * BYE now
    S! x OK SEND completed
    S! + go ahead
    S! * 2 FETCH (UID 8 BODY[] {9})
    S! ))
    B: P1 OK done
    B: * BYE now
    B: x OK SEND completed
    B: + go ahead
    B: * 2 FETCH (UID 8 BODY[] {9})
    B: )\
    = fetched 1 uid 7 size undefined inline undefined
    S! P1 OK done
    = fetch-done OK done
  `,
  'items that nobody asked for are passed on as a FETCH of their own': text`
    ${begin('BODY[]')}
    S! * 1 FETCH (FLAGS (\\Seen \\Answered) UID 7 BODY[] {2}
    = body of 1, 2 octets
    S! hi X-GUID "a (b) \\" c")
    B: hi\
    P: * 1 FETCH (FLAGS (\\Seen \\Answered) X-GUID "a (b) \\" c")
    = fetched 1 uid 7 size undefined inline undefined
    S! P1 OK done
    = fetch-done OK done
    > fetch RFC822.SIZE
    S! * 1 FETCH (UID 7 RFC822.SIZE 2 FLAGS (\\Seen) MODSEQ (12))
    P: * 1 FETCH (UID 7 FLAGS (\\Seen) MODSEQ (12))
    = fetched 1 uid 7 size 2 inline undefined
    S! P2 OK done
    = fetch-done OK done
  `,
  'everything else that upstream says meanwhile reaches the client': text`
    ${begin('BODY[]')}
    S: * 9 EXISTS
    S: * 1 RECENT
    S: * OK [ALERT] soon down for a while {5}
    S! * 1 FETCH (UID 7 BODY[] {2}
    = body of 1, 2 octets
    S! hi)
    B: hi\
    = fetched 1 uid 7 size undefined inline undefined
    S: * 3 FETCH (FLAGS (\\Deleted))
    S: * 3 FETCH (UID 9 FLAGS ())
    S: * 4 FETCH (BODY[TEXT] {3}
    S: abc FLAGS ())
    S: * SEARCH 1 2
    S: * 5 FETCHED (UID 7 BODY[] NIL)
    S! * CAPABILITY IMAP4rev1 STARTTLS
    P: * CAPABILITY IMAP4rev1 SEND
    S! P1 OK done
    = fetch-done OK done
    S: * 2 EXISTS
  `,
  'EXPUNGE and VANISHED reach the client, and whoever counts': text`
    ${begin('RFC822.SIZE')}
    S: * 3 EXPUNGE
    = expunge 3
    S: * 12 expunge\n\
    = expunge 12
    S: * VANISHED 3:5,9
    = vanished 3:5,9
    S: * VANISHED (EARLIER) 1:2
    S: * 4 EXPUNGED
    S! P1 OK done
    = fetch-done OK done
    S: * 3 EXPUNGE
  `,
  'our lines do not come into the middle of a FETCH of theirs, but beside one of ours': text`
    ${begin('BODY[]')}
    S: * 4 FETCH (BODY[TEXT] {3}
    S: ab\
    > answer NO no more
    S: c)
    P: x NO no more
    S! * 1 FETCH (UID 7 BODY[] {2}
    = body of 1, 2 octets
    S! h\
    B: h\
    C! y SEND 0
    P: y BAD SEND expects one sequence set
    S! i)
    B: i\
    = fetched 1 uid 7 size undefined inline undefined
  `,
  'an answer for the client while ours is in flight: nothing was asked': text`
    ${begin('RFC822.SIZE')}
    S! x OK SEND completed
    = fail unknown-tag
  `,
  'a continuation request while ours is in flight': text`
    ${begin('RFC822.SIZE')}
    S! + go ahead
    = fail unexpected-continuation
  `,
  'upstream ends the session': text`
    ${begin('RFC822.SIZE')}
    S: * BYE out of memory
  `,
  ...Object.fromEntries(
    broken.map(([title, kind, lines]) => [title, `${begin(kind)}${lines}\n= fail broken-fetch-answer\n`]),
  ),
};
