import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { MAX_FETCH_LINE, MAX_LOCAL_COMMAND } from '../../src/imap/limits.js';
import { GateCaller, type SessionOptions } from '../support/gate-caller.js';

/** What sessions are made of, so that short ones meet all states. */
const clientTokens = [
  ...['a', 'b ', ' ', '\t', '\r\n', '\n', '\r', '"', '\\', '(', '+', '*', '{', '}', '\0', '\xff', 'abc'],
  ...['a NOOP\r\n', 'b UID FETCH 1 FLAGS\r\n', 'a LOGIN u ', 'p\r\n', 'b AUTHENTICATE PLAIN\r\n'],
  ...['c AUTHENTICATE PLAIN AHUAcA==\r\n', 'AHUAcA==\r\n', '*\r\n', 'd UNAUTHENTICATE\r\n'],
  ...['c IDLE\r\n', 'DONE\r\n', 'b APPEND x ', '{3}\r\n', '{3+}\r\n', '~{0}\r\n', '{0+}\r\n'],
  ...[' {12345678901234567890}\r\n', '{5+}\rx'],
];
const localTokens = [
  ...['a SEND 1\r\n', 'c UID SEND 1:*\r\n', 'd SEND {2+}\r\n', 'b SEND x{2}\r\n', 'a STARTTLS\r\n'],
  ...['b ENABLE UIDONLY\r\n', 'c COMPRESS DEFLATE\r\n', 'b AUTHENTICATE GSSAPI\r\n'],
];
const serverTokens = [
  ...['a', ' ', '\r\n', '\n', '\r', '"', '(', ')', '{', '}', '\0', '\xff', '+ \r\n', '* '],
  ...['* OK x {5}\r\n', '* PREAUTH x\r\n', '* BAD x\r\n', '* 1 EXISTS\r\n', '* LIST () "/" {3}\r\n', 'abc'],
  ...['a OK x\r\n', 'b OK x\r\n', 'c NO x {5}\r\n', 'd BAD x\r\n', 'a BAD x\r\n', '* BYE x\r\n'],
];
const ourTokens = [
  ...['* OK [CAPABILITY IMAP4rev1 SEND] x\r\n', '* CAPABILITY A STARTTLS\r\n', 'b OK [CAPABILITY A] x\r\n'],
  ...['* 1 FETCH (UID 7 BODY[] {3}\r\n', ' UID 7)\r\n', '* 1 FETCH (BODY[] NIL FLAGS ())\r\n', 'P1 OK x\r\n'],
  ...['* 2 EXPUNGE\r\n', '* VANISHED 3\r\n'],
];

type Move =
  | { readonly by: 'client' | 'server'; readonly octets: string }
  | { readonly by: 'caller'; readonly does: 'fetch' | 'go on' };

const said = (by: 'client' | 'server', tokens: readonly string[]): fc.Arbitrary<Move> =>
  fc
    .array(fc.constantFrom(...tokens), { minLength: 1, maxLength: 12 })
    .map((all) => ({ by, octets: all.join('') }));
const done: fc.Arbitrary<Move> = fc.constantFrom('fetch' as const, 'go on' as const).map((does) => ({
  by: 'caller',
  does,
}));

const talk = fc.array(fc.oneof(said('client', clientTokens), said('server', serverTokens)), { maxLength: 8 });
const anything = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: said('client', [...clientTokens, ...localTokens]) },
    { weight: 3, arbitrary: said('server', [...serverTokens, ...ourTokens]) },
    done,
  ),
  { maxLength: 10 },
);
const options: fc.Arbitrary<SessionOptions> = fc.record({
  secure: fc.boolean(),
  startTls: fc.boolean(),
  allowCleartextLogin: fc.boolean(),
  replayLogin: fc.boolean(),
});
/** How long the pieces are that a side sends, one after the other and around again. */
const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
/** Nothing is refused. */
const PLAIN = { secure: true, startTls: false, allowCleartextLogin: true, replayLogin: false };
const WHOLE = [Number.POSITIVE_INFINITY];

function run(given: SessionOptions, moves: readonly Move[], lengths: readonly number[]): GateCaller {
  const caller = new GateCaller(given);
  let fetching = false;
  let piece = 0;
  for (const move of moves) {
    if (move.by !== 'caller') {
      const sent = Buffer.from(move.octets, 'latin1');
      for (let from = 0; from < sent.length; ) {
        const to = Math.min(sent.length, from + (lengths[piece++ % lengths.length] ?? 1));
        caller[move.by](sent.subarray(from, to));
        from = to;
      }
    } else if (move.does === 'go on') {
      if (caller.suspended) caller.answer({ status: 'OK', text: 'done' });
    } else if (!fetching) {
      fetching = true;
      caller.fetch('BODY[]');
    }
  }
  return caller;
}

const sentBy = (side: 'client' | 'server', moves: readonly Move[]): string =>
  moves.map((move) => (move.by === side ? move.octets : '')).join('');

suite('properties of the gate', () => {
  test('nothing that the peers say makes it throw, or decide differently when it is cut differently', () => {
    fc.assert(
      fc.property(options, anything, pieces, (given, moves, lengths) => {
        assert.equal(run(given, moves, lengths).journal.text, run(given, moves, WHOLE).journal.text);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  test('where it has nothing to say itself, what comes out is what went in', () => {
    fc.assert(
      fc.property(talk, pieces, (moves, lengths) => {
        const { journal, waiting } = run(PLAIN, moves, lengths);
        const [toServer, toClient] = [sentBy('client', moves), sentBy('server', moves)];
        if (journal.notes.some((note) => note.startsWith('fail '))) {
          assert.ok(toServer.startsWith(journal.all('U')));
          assert.ok(toClient.startsWith(journal.all('P')));
        } else {
          assert.equal(journal.all('U') + waiting.client.toString('latin1'), toServer);
          assert.equal(journal.all('P') + waiting.server.toString('latin1'), toClient);
        }
      }),
      { seed: 2, numRuns: 3000 },
    );
  });

  test('what is kept for want of a decision is bounded, whatever begins and does not end', () => {
    const long = Buffer.alloc(3000, 'x');
    const starts = [...clientTokens, ...localTokens, ...serverTokens, ...ourTokens, ''];
    for (const by of ['client', 'server'] as const) {
      for (const start of starts.map((token) => token.replace(/\r?\n$/, ''))) {
        const caller = run(PLAIN, [{ by: 'server', octets: '* PREAUTH hi\r\n' }], WHOLE);
        if (by === 'server') caller.fetch('BODY[]');
        caller[by](Buffer.from(start, 'latin1'));
        for (let sent = 0; sent < 2 * MAX_FETCH_LINE; sent += long.length) caller[by](long);
        const { client, server } = caller.mostKept;
        assert.ok(
          client <= MAX_LOCAL_COMMAND + long.length,
          `${client} octets of the client behind ${start}`,
        );
        assert.ok(server <= MAX_FETCH_LINE + long.length, `${server} octets of the server behind ${start}`);
      }
    }
  });
});
