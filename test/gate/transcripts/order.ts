/** Backslashes are the transcript's own. */
const text = String.raw;

/** Who waits for whom: commands in flight, their tags, and SEND among them. */
export const order: Readonly<Record<string, string>> = {
  'commands of a client that does not wait': text`
    S: * PREAUTH ready
    C: a NOOP
    C: b NOOP
    C: c UID FETCH 1:* FLAGS
    S: b OK done
    S: * 1 FETCH (UID 5 FLAGS ())
    S: c OK done
    S: a OK done
    C: a NOOP
    S: a OK done
  `,
  'SEND waits for the commands before it, and those behind it wait for SEND': text`
    S: * PREAUTH ready
    C: a STORE 1 +FLAGS (\\Seen)
    C: b NOOP
    C! x SEND 1:2
    C! c NOOP
    C! y UID SEND 9
    C! d NOOP
    S: * 1 FETCH (FLAGS (\\Seen))
    S: b OK done
    S: a OK done
    = take x SEND 1:2
    > answer OK SEND completed
    P: x OK SEND completed
    U: c NOOP
    S: c OK done
    = take y UID SEND 9
    > answer NO nothing went out
    P: y NO nothing went out
    U: d NOOP
    S: d OK done
  `,
  'a tag that stood alone is not used again before the BAD that repeats it: Dovecot': text`
    S: * PREAUTH ready
    C: i
    C! i IDLE
    C! DONE
    S: i BAD Invalid command name
    U: i IDLE
    S: + idling
    U: DONE
    S: i OK done
  `,
  'nor before the BAD that does not: Cyrus': text`
    S: * PREAUTH ready
    C:
    C: i
    C! i IDLE
    S: * BAD Invalid tag
    S: * BAD Invalid tag
    U: i IDLE
    S: + idling
    C: DONE
    S: i OK done
  `,
  'one SEND behind the other': text`
    S: * PREAUTH ready
    C! x SEND 1
    = take x SEND 1
    C! y SEND 2
    > answer OK done
    P: x OK done
    = take y SEND 2
    > answer OK done
    P: y OK done
  `,
  'SEND and UID SEND in any case, with every kind of set': text`
    S: * PREAUTH ready
    C! a send 1
    = take a SEND 1
    > answer OK done
    P: a OK done
    C! b UID send 4:2,7,*
    = take b UID SEND 4:2,7,*
    > answer OK done
    P: b OK done
    C! c uId SeNd $
    = take c UID SEND $
    > answer OK done
    P: c OK done
    C! d SEND *:4294967295
    = take d SEND *:4294967295
  `,
  'a SEND that is none is answered in its turn, and nothing is sent': text`
    S: * PREAUTH ready
    C: a NOOP
    C! b SEND
    C! c SEND 0
    C! d SEND 1 2
    C! e SEND  1
    C! f SEND 1\x20
    C! g SEND (1)
    C! h SEND(1)
    C! i UID SEND "1"
    C! j SEND 1,
    C! k SEND 4294967296
    C! l SEND 1\r
    C! m NOOP
    S: a OK done
    P: b BAD SEND expects one sequence set
    P: c BAD SEND expects one sequence set
    P: d BAD SEND expects one sequence set
    P: e BAD SEND expects one sequence set
    P: f BAD SEND expects one sequence set
    P: g BAD SEND expects one sequence set
    P: h BAD SEND expects one sequence set
    P: i BAD UID SEND expects one sequence set
    P: j BAD SEND expects one sequence set
    P: k BAD SEND expects one sequence set
    P: l BAD SEND expects one sequence set
    U: m NOOP
  `,
  'SEND with a literal is swallowed whole': text`
    S: * PREAUTH ready
    C! a SEND {8+}
    C! b SEND 2 ~{8+}
    C! c SEND 3
    P: a BAD SEND expects one sequence set
    C: d NOOP
  `,
  'SEND with a synchronizing literal: nobody asks for it, what follows is a command': text`
    S: * PREAUTH ready
    C! a SEND {1}
    P: a BAD SEND expects one sequence set
    C! b SEND 1
    = take b SEND 1
  `,
  'what is not SEND': text`
    S: * PREAUTH ready
    C: a SENDX 1
    C: b UID  SEND 1
    C: c  SEND 1
    C: d X SEND 1
    C: e\tSEND 1
    C:  f SEND 1
    S: a BAD no such command
    S: c BAD no command
  `,
  'our answers never come into the middle of a response': text`
    S: * PREAUTH ready
    S: * LIST () "/" {5}
    S: he\
    C! a SEND 0
    S: llo
    P: a BAD SEND expects one sequence set
    S: * 2 EXI\
    C! b SEND 0
    S: STS
    P: b BAD SEND expects one sequence set
  `,
  'a tag that is in flight is waited for': text`
    S: * PREAUTH ready
    C: a UID FETCH 1:* BODY[]
    C! a NOOP
    C! b NOOP
    S: * 1 EXISTS
    S: a OK done
    U: a NOOP
    U: b NOOP
    S: a OK done
    S: b OK done
  `,
  'lines that are no command pass, and one BAD for each may come': text`
    S: * PREAUTH ready
    C: 
    C: a
    C: (b NOOP
    C: c\tNOOP
    C: * NOOP
    C: d% NOOP
    C: e NOOP
    S:  BAD no tag
    S: a BAD no command
    S: * BAD Invalid tag
    S: c\tNOOP BAD Invalid tag
    S: e OK done
  `,
  'an OK for one may not: a server that carries it out reads another stream than we': text`
    S: * PREAUTH ready
    C: a
    S! a OK done
    = fail unknown-tag
  `,
  'nor a second BAD': text`
    S: * PREAUTH ready
    C: a
    S: a BAD no command
    S! a BAD no command
    = fail unknown-tag
  `,
  'a synchronizing literal in a line that is no command ends with its BAD': text`
    S: * PREAUTH ready
    C: (a FOO {5}
    C! b NOOP
    S: * BAD Invalid tag
    U: b NOOP
    C: (c FOO {5}
    C! d NOOP
    S: (c BAD Invalid tag
    U: d NOOP
  `,
  'IDLE: the next command in the segment that ends it': text`
    S: * PREAUTH ready
    C: i IDLE
    C! DONE
    C! a NOOP
    C! x SEND 1
    S: + idling
    U: DONE
    U: a NOOP
    S: i OK done
    S: a OK done
    = take x SEND 1
  `,
  'IDLE: news meanwhile, any case, bare LF': text`
    S: * PREAUTH ready
    C: i idle\n\
    S: + 
    S: * 2 EXISTS
    S: * OK Still here
    C: doNE\n\
    C: a NOOP
    S: i OK done
    S: a OK done
  `,
  'IDLE refused: the next line is a command': text`
    S: * PREAUTH ready
    C: i IDLE
    C! x SEND 1
    S: i BAD no IDLE here
    = take x SEND 1
  `,
  'IDLE ended by upstream: likewise': text`
    S: * PREAUTH ready
    C: i IDLE
    S: + idling
    S: i NO too long
    C! x SEND 1
    = take x SEND 1
  `,
  'IDLE ended by upstream in the middle of the line that ends it': text`
    S: * PREAUTH ready
    C: i IDLE
    S: + idling
    C: DO\
    S: i NO too long
    C: x SEND 1
    S: * BAD Invalid tag
    C! x SEND 2
    = take x SEND 2
  `,
  'what is said in IDLE is no command': text`
    S: * PREAUTH ready
    C: i IDLE
    S: + idling
    C: x SEND 1
    S: i BAD Expected DONE
    C: a NOOP
  `,
  'IDLE that is refused before its line is over': text`
    S: * PREAUTH ready
    C: i IDLE \
    S: i BAD too long
    C: now
    C: a NOOP
  `,
  'upstream says goodbye': text`
    S: * PREAUTH ready
    C: a LOGOUT
    S: * BYE see you
    S: a OK done
  `,
};
