import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseTranscript, play } from '../support/transcript.js';

/** Every place where a list can appear (contract §1.1): what was before, and the line with `LIST` in it. */
const places: readonly (readonly [place: string, before: string, line: string])[] = [
  ['the greeting', '', '* OK [CAPABILITY LIST] ready'],
  ['a PREAUTH greeting', '', '* PREAUTH [CAPABILITY LIST] ready'],
  ['a greeting in lower case', '', '* ok [capability LIST] ready'],
  ['a greeting that ends in bare LF', '', '* OK [CAPABILITY LIST] ready\\n\\'],
  ['untagged, asked for', 'S: * OK ready\nC: a CAPABILITY', '* CAPABILITY LIST'],
  ['untagged, unasked', 'S: * PREAUTH ready', '* CAPABILITY LIST'],
  ['the answer to LOGIN', 'S: * OK ready\nC: a LOGIN anna secret', 'a OK [CAPABILITY LIST] in'],
  [
    'the answer to AUTHENTICATE',
    'S: * OK ready\nC: a AUTHENTICATE PLAIN AGFubmEAc2VjcmV0',
    'a OK [CAPABILITY LIST] in',
  ],
  ['the answer to any command', 'S: * PREAUTH ready\nC: a ENABLE X', 'a OK [CAPABILITY LIST] done'],
  ['a NO', 'S: * OK ready\nC: a LOGIN anna wrong', 'a NO [CAPABILITY LIST] no'],
  ['a BAD', 'S: * PREAUTH ready\nC: a X', 'a BAD [CAPABILITY LIST] what'],
  ['an untagged OK at any time', 'S: * PREAUTH ready\nS: * 1 EXISTS', '* OK [CAPABILITY LIST] new'],
  ['an untagged NO', 'S: * PREAUTH ready', '* NO [CAPABILITY LIST] careful'],
  ['a BYE', 'S: * PREAUTH ready', '* BYE [CAPABILITY LIST] bye'],
  [
    'untagged, during a FETCH of ours',
    'S: * PREAUTH ready\nC! x SEND 1\n= take x SEND 1\n> fetch RFC822.SIZE',
    '* CAPABILITY LIST',
  ],
];

/** Text that speaks of capabilities and lists none. */
const elsewhere: readonly string[] = [
  '* OK CAPABILITY IMAP4rev1 STARTTLS',
  '* OK [ALERT] [CAPABILITY IMAP4rev1 STARTTLS]',
  '* OK [CAPABILITIES IMAP4rev1 STARTTLS] x',
  '* LIST () "/" CAPABILITY',
  '* X [CAPABILITY IMAP4rev1 STARTTLS]',
];

const SERVER = 'IMAP4rev1 STARTTLS LOGINDISABLED COMPRESS=DEFLATE AUTH=PLAIN AUTH=SCRAM-SHA-1 UIDONLY IDLE';
const CLIENT = 'IMAP4rev1 AUTH=PLAIN IDLE SEND';

const withoutLogin = (text: string): string => text.replace(/\n= login.*$/, '');

suite('a capability list is changed wherever it is', () => {
  for (const [place, before, line] of places) {
    test(place, () => {
      const [server, client] = [line.replace('LIST', SERVER), line.replace('LIST', CLIENT)];
      const transcript = parseTranscript(`${before}\nS! ${server}\nP: ${client}`);
      for (let cut = 0; cut < transcript.length; cut++) {
        const { journal } = play(transcript, (position) => position === cut);
        assert.equal(withoutLogin(journal.text), transcript.expected, `cut at ${cut}`);
      }
    });
  }
  for (const line of elsewhere) {
    test(`${line} is none`, () => {
      const transcript = parseTranscript(`S: * PREAUTH ready\nS: ${line}`);
      assert.equal(play(transcript, () => false).journal.text, transcript.expected);
    });
  }
});
