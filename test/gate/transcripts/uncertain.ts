/** Backslashes are the transcript's own. */
const text = String.raw;

/**
 * Where servers read a client's stream differently, and the session ends. Each was seen with Dovecot 2.3 or Cyrus 3.6, or
 * read in the source of an older Cyrus: one of them takes a literal's octets for commands.
 */
const announcements: readonly (readonly [title: string, ...lines: string[]])[] = [
  ['not behind a blank', 'a SEARCH x{5+}'],
  ['behind another literal', 'a APPEND Drafts {2+}', 'hi{5+}'],
  ['without a number', 'a SEARCH {+}'],
  ['without a number, literal8', 'a SEARCH ~{+}'],
  ['of more than Cyrus can count', 'a APPEND Drafts {4294967296+}'],
  ['of more than anybody can count', 'a APPEND Drafts {99999999999999999999+}'],
  ['with more digits than are looked at', 'a SEARCH 00000000000000000000000005+}'],
  ['in a quoted string that is never closed', 'a SEARCH SUBJECT "a {5+}'],
  ['in one that an escaped quote does not close', 'a SEARCH SUBJECT "\\\\" {5+}'],
  ['before a bare LF: Cyrus reads commands', 'a SEARCH SUBJECT {5+}\\n\\'],
  ['before a bare CR: older Cyrus reads a literal', 'a SEARCH SUBJECT {5+}\\rA'],
  ['behind NOOP: Dovecot reads commands', 'a NOOP {5+}'],
  ['behind ENABLE: Cyrus reads commands', 'a ENABLE {5+}'],
  ['without a command', 'a  {5+}'],
  ['in the place of the command', 'a {5+}'],
  ['in the place of the command behind UID', 'a UID {5+}'],
  ['without a tag', '* FOO {5+}'],
  ['in AUTHENTICATE', 'a AUTHENTICATE PLAIN {5+}'],
  ['in AUTHENTICATE, synchronizing: its + asks for something else', 'a AUTHENTICATE PLAIN {5}'],
  ['in IDLE', 'a IDLE {5+}'],
  ['in IDLE, synchronizing: its + asks for something else', 'a IDLE {5}'],
  ['in SEND, where no argument begins', 'a SEND x{5+}'],
];

const beforeLogin: readonly (readonly [title: string, ...lines: string[]])[] = [
  ['behind any command but LOGIN', 'a ID ("name" {5+}'],
  ['behind a name that Dovecot cannot read', 'a LOGIN a"b {5+}'],
  ['behind a name with a wildcard', 'a LOGIN a%b {5+}'],
  ['behind an 8-bit name', 'a LOGIN \\xe4 {5+}'],
  ['behind an 8-bit quoted name', 'a LOGIN "\\xe4" {5+}'],
  ['behind two blanks', 'a LOGIN  a {5+}'],
  ['behind what begins as another', 'a LOGIN {x {21+}'],
  ['behind a parenthesis in what begins as another', 'a LOGIN {({4+}'],
  ['as a third argument', 'a LOGIN a b {5+}'],
  ['as a third literal', 'a LOGIN {1+}', 'a {1+}', 'b {1+}'],
  ['behind a name with NUL', 'a LOGIN {1+}', '\\x00 {5+}'],
  ['in a quoted name', 'a LOGIN "{5+}'],
];

const violated = (greeting: string, lines: readonly string[]): string => `
  S: ${greeting}
  ${lines.map((line, at) => `${at < lines.length - 1 ? 'C:' : 'C!'} ${line}`).join('\n')}
  = fail ambiguous-literal
`;

export const uncertain: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    announcements.map(([title, ...lines]) => [`a literal ${title}`, violated('* PREAUTH ready', lines)]),
  ),
  ...Object.fromEntries(
    beforeLogin.map(([title, ...lines]) => [
      `a literal before login ${title}`,
      violated('* OK ready', lines),
    ]),
  ),
  'a literal announced after an APPEND was answered with BAD: Dovecot reads commands': text`
    S: * PREAUTH ready
    C: a APPEND Drafts )\
    S: a BAD Unexpected ')'
    C!  {8+}
    = fail ambiguous-literal
  `,
  'one in MULTIAPPEND': text`
    S: * PREAUTH ready
    C: a APPEND Drafts {2+}
    C: hi )\
    S: a BAD Unexpected ')'
    C!  {8+}
    = fail ambiguous-literal
  `,
  'a tag that a continuation request begins with': text`
    S: * PREAUTH ready
    C! + NOOP
    = fail disputed-tag
  `,
  'a tag that Cyrus takes': text`
    S: * PREAUTH ready
    C! a+ IDLE
    = fail disputed-tag
  `,
  another: text`
    S: * PREAUTH ready
    C! \x1f IDLE
    = fail disputed-tag
  `,
  'a literal announced after the answer': text`
    S: * PREAUTH ready
    C: a FOO bar\
    S: a BAD no such command
    C!  {8+}
    = fail ambiguous-literal
  `,
  'Cyrus swallows a literal behind the line that ends IDLE, Dovecot reads commands': text`
    S: * PREAUTH ready
    C: i IDLE
    S: + idling
    C! DONE {8+}
    = fail literal-after-idle
  `,
  'older Cyrus does so before a bare CR too': text`
    S: * PREAUTH ready
    C: i IDLE
    S: + idling
    C! DONE {8+}\rA
    = fail literal-after-idle
  `,
  'a command where base64 belongs: a server that gave up on the exchange carries it out': text`
    S: * OK ready
    C: a AUTHENTICATE PLAIN
    S: + 
    C! a NOOP
    = fail not-base64
  `,
  'a command at the end of a response that Cyrus reads in two pieces': text`
    S: * OK ready
    C: a AUTHENTICATE PLAIN
    S: + 
    C! *AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAa NOOP
    = fail not-base64
  `,
  'a continuation request that nothing asked for': text`
    S: * PREAUTH ready
    C: a NOOP
    S! + go ahead
    = fail unexpected-continuation
  `,
  'a second one': text`
    S: * PREAUTH ready
    C: i IDLE
    S: + idling
    S! + still idling
    = fail unexpected-continuation
  `,
  'one in the middle of a literal': text`
    S: * PREAUTH ready
    C: a APPEND Drafts {5+}
    C: hi\n\
    S! + go ahead
    = fail unexpected-continuation
  `,
  'an answer to a command that was not sent': text`
    S: * PREAUTH ready
    C: a NOOP
    S! b OK done
    = fail unknown-tag
  `,
  'a second answer to one command': text`
    S: * PREAUTH ready
    C: a NOOP
    S: a OK done
    S! a OK done
    = fail unknown-tag
  `,
  'an answer to a command of our own that is not in flight': text`
    S: * PREAUTH ready
    S! P1 OK done
    = fail unknown-tag
  `,
  'the commands that Dovecot finds in the literal of a command it does not know': text`
    S: * PREAUTH ready
    C: a FOO {8+}
    C: h NOOP
    C:
    S: a BAD Unknown command
    S! h OK NOOP completed
    = fail unknown-tag
  `,
  'no response at all, with a literal': text`
    S: * PREAUTH ready
    S: who knows
    S! whoever knows {5}
    = fail unknown-response
  `,
  'a literal of the server that no server may announce so: non-synchronizing': text`
    S: * PREAUTH ready
    S! * LIST () "/" {5+}
    = fail ambiguous-response-literal
  `,
  'a literal of the server in an odd place': text`
    S: * PREAUTH ready
    S! * LIST () "/" x{5}
    = fail ambiguous-response-literal
  `,
  'a literal of the server without a number': text`
    S: * PREAUTH ready
    S! * LIST () "/" {}
    = fail ambiguous-response-literal
  `,
};
