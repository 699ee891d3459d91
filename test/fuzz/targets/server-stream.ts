import assert from 'node:assert/strict';
import { GateCaller } from '../../support/gate-caller.js';
import { cutsOf } from '../cuts.js';
import type { Target } from '../target.js';

/** Something that a server says while our `FETCH 3 (UID BODY.PEEK[])` is in flight, and what becomes of it. */
interface Response {
  readonly says: string;
  /** What the client gets of it; all, if not said otherwise. */
  readonly passes?: string;
  /** What SEND gets of it. */
  readonly body?: string;
}

/** What a literal or a text holds, above all what would be a response, or the end of one. */
const CONTENTS = [
  ...[
    '',
    'x',
    '\r\n',
    ')\r\n',
    '* CAPABILITY A STARTTLS\r\n',
    'P1 OK done\r\n',
    'c OK done\r\n',
    '* 3 FETCH (BODY[] {1}\r\n',
  ],
  ...[
    '{5}\r\n',
    '\0\xff',
    '* BYE\r\n',
    '+ go\r\n',
    '"',
    '\\',
    '* OK [CAPABILITY A] x\r\n',
    '\n',
    '* 3 EXPUNGE\r\n',
  ],
];

const pass = (says: string): Response => ({ says });
const literal = (text: string): string => `{${text.length}}\r\n${text}`;

/** By the first octet of a gene; `content` is put together from those behind it. */
const RESPONSES: readonly ((content: string) => Response)[] = [
  (content) => pass(`* LIST () "/" ${literal(content)}\r\n`),
  (content) => pass(`* 4 FETCH (BODY[] ${literal(content)} BODY[1] ${literal(content)})\r\n`),
  (content) => pass(`* 3 FETCH (FLAGS (\\Seen) BODY[TEXT] ${literal(content)})\r\n`),
  (content) => pass(`* OK ${lineOf(content)} {5}\r\n`),
  (content) => pass(`* NO [ALERT] ${lineOf(content)}\n`),
  () => pass('* 5 EXISTS\r\n* 2 FETCH (FLAGS ())\r\n'),
  () => pass('* 7 EXPUNGE\r\n* VANISHED 300:400\r\n'),
  (content) => pass(`* ESEARCH (TAG "${content.length}") UID ALL 3\r\n`),
  () => ({
    says: '* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN AUTH=NTLM X\r\n',
    passes: '* CAPABILITY IMAP4rev1 AUTH=PLAIN X SEND\r\n',
  }),
  (content) => ({
    says: `* OK [CAPABILITY UIDONLY A compress=deflate] ${lineOf(content)}\r\n`,
    passes: `* OK [CAPABILITY A SEND] ${lineOf(content)}\r\n`,
  }),
  (content) => ({ says: `* 3 FETCH (UID 9 BODY[] ${literal(content)})\r\n`, passes: '', body: content }),
  (content) => ({ says: `* 3 FETCH (BODY[] ${literal(content)} UID 9)\r\n`, passes: '', body: content }),
  (content) => ({
    says: `* 3 fetch (FLAGS (\\Seen) UID 9 body[] ${literal(content)} MODSEQ (7))\r\n`,
    passes: '* 3 FETCH (UID 9 FLAGS (\\Seen) MODSEQ (7))\r\n',
    body: content,
  }),
  () => ({ says: '* 3 FETCH (BODY[] NIL UID 9)\r\n', passes: '' }),
  () => ({ says: '* 3 FETCH (BODY[] "{5}" X-GM ("a" (b)))\r\n', passes: '* 3 FETCH (X-GM ("a" (b)))\r\n' }),
  (content) => pass(`c OK ${lineOf(content)} {5}\r\n`),
];

const lineOf = (content: string): string => content.replace(/[\r\n]/g, ' ');

/** A stream of responses; genes are separated by blanks, each a letter for a response and letters for its content. */
function responsesOf(input: Buffer): Response[] {
  const responses: Response[] = [];
  // The client has one command in flight.
  let answered = false;
  for (const gene of input.toString('latin1').split(' ')) {
    const [kind, ...chosen] = Buffer.from(gene, 'latin1');
    if (kind === undefined) continue;
    const content = chosen.map((octet) => CONTENTS[octet % CONTENTS.length]).join('');
    const make = RESPONSES[(kind - 0x61 + 256) % RESPONSES.length];
    const response = make?.(content);
    if (response === undefined) continue;
    if (response.says.startsWith('c ')) {
      if (answered) continue;
      answered = true;
    }
    responses.push(response);
  }
  return [...responses, { says: 'P1 OK done {5}\r\n', passes: '' }, pass('* 6 EXISTS\r\n')];
}

/** What upstream says reaches the client, but for the answers to our own FETCH, and with other capabilities. */
export const serverStream: Target = {
  name: 'server-stream',
  seeds: ['aabc jbd i', 'kdef labc mghi', 'n o p dij', 'b c e f g h', 'kgggg bggg'],
  dictionary: [' ', ...'abcdefghijklmnopqrstuvwxyz'],
  maxLength: 120,
  check(input) {
    const responses = responsesOf(input);
    const said = Buffer.from(responses.map(({ says }) => says).join(''), 'latin1');
    const passes = responses.map((response) => response.passes ?? response.says).join('');
    const body = responses.map((response) => response.body ?? '').join('');
    for (const pieces of cutsOf(said)) {
      const caller = new GateCaller({
        secure: true,
        startTls: true,
        allowCleartextLogin: false,
        replayLogin: false,
      });
      caller.server(Buffer.from('* PREAUTH hi\r\n'));
      caller.client(Buffer.from('c NOOP\r\n'));
      caller.fetch('BODY[]', '3');
      for (const piece of pieces) caller.server(piece);
      const { journal, waiting } = caller;
      assert.deepEqual(
        journal.notes.filter((note) => note.startsWith('fail')),
        [],
      );
      assert.equal(journal.all('P'), `* PREAUTH hi\r\n${passes}`);
      assert.equal(journal.all('B'), body);
      assert.equal(waiting.server.length, 0);
      assert.equal(journal.notes.filter((note) => note.startsWith('fetch-done')).length, 1);
    }
  },
};
