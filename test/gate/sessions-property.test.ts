import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { GateCaller } from '../support/gate-caller.js';

/** What a literal holds: above all what would be a command, or the end of one. */
const content = fc
  .array(
    fc.constantFrom(
      ...[
        'x SEND 1\r\n',
        'c1 SEND 1:*\r\n',
        '\r\n',
        '\n',
        'DONE\r\n',
        ' {3+}\r\n',
        ' {3}\r\n',
        '"',
        '\0',
        'a',
      ],
      ...['c1 OK done\r\n', '* CAPABILITY A\r\n', 'y UID SEND $\r\n', '}', '+ \r\n'],
    ),
    { maxLength: 6 },
  )
  .map((tokens) => tokens.join(''));

const literal = fc.record({ mark: fc.constantFrom('{n}', '{n+}', '~{n}', '~{n+}'), content });

/** A command as a client means it. */
type Meant =
  | { readonly kind: 'plain'; readonly text: string }
  /** APPEND; a server refuses it at its first synchronizing literal, or not. */
  | { readonly kind: 'append'; readonly literals: readonly Literal[]; readonly refused: boolean }
  | { readonly kind: 'idle'; readonly end: string }
  | { readonly kind: 'send'; readonly set: string };
type Literal = { readonly mark: string; readonly content: string };

const meant: fc.Arbitrary<Meant> = fc.oneof(
  fc.record({
    kind: fc.constant('plain' as const),
    text: fc.constantFrom(
      'NOOP',
      'SEARCH SUBJECT "SEND {5}"',
      'UID FETCH 1:* (FLAGS)',
      'SENDER 1',
      'UID X SEND 1',
    ),
  }),
  fc.record({
    kind: fc.constant('append' as const),
    literals: fc.array(literal, { minLength: 1, maxLength: 4 }),
    refused: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('idle' as const), end: fc.constantFrom('DONE', 'done', 'x SEND 1') }),
  fc.record({ kind: fc.constant('send' as const), set: fc.constantFrom('1', '1:*', '$', '7,9:3') }),
);

/** What is said, one side after the other, and what has to come of it. */
interface Session {
  readonly said: { readonly by: 'client' | 'server'; readonly octets: string }[];
  readonly taken: string[];
  upstream: string;
}

function perform(commands: readonly Meant[]): Session {
  const session: Session = { said: [], taken: [], upstream: '' };
  const server = (octets: string) => void session.said.push({ by: 'server', octets });
  const client = (octets: string) => {
    session.said.push({ by: 'client', octets });
    session.upstream += octets;
  };
  server('* PREAUTH ready\r\n');
  for (const [at, command] of commands.entries()) {
    const tag = `c${at}`;
    switch (command.kind) {
      case 'plain':
        client(`${tag} ${command.text}\r\n`);
        server(`${tag} OK done {5}\r\n`);
        break;
      case 'idle':
        client(`${tag} IDLE\r\n`);
        server('+ idling\r\n* 1 EXISTS\r\n');
        client(`${command.end}\r\n`);
        server(`${tag} OK done\r\n`);
        break;
      case 'append':
        client(`${tag} APPEND Drafts`);
        append(tag, command, client, server);
        break;
      case 'send':
        session.said.push({ by: 'client', octets: `${tag} SEND ${command.set}\r\n` });
        session.taken.push(`take ${tag} SEND ${command.set}`);
    }
  }
  return session;
}

type Say = (octets: string) => void;

function append(
  tag: string,
  { literals, refused }: Meant & { kind: 'append' },
  client: Say,
  server: Say,
): void {
  for (const { mark, content } of literals) {
    client(` ${mark.replace('n', String(content.length))}\r\n`);
    if (!mark.includes('+')) {
      if (refused) {
        server(`${tag} NO no such mailbox {5}\r\n`);
        return;
      }
      server('* 2 EXISTS\r\n+ go ahead\r\n');
    }
    client(content);
  }
  client('\r\n');
  server(`${tag} OK done\r\n`);
}

function play({ said }: Session, lengths: readonly number[]): GateCaller {
  const caller = new GateCaller({
    secure: true,
    startTls: false,
    allowCleartextLogin: false,
    replayLogin: true,
  });
  let piece = 0;
  for (const { by, octets } of said) {
    const sent = Buffer.from(octets, 'latin1');
    for (let from = 0; from < sent.length; ) {
      const to = Math.min(sent.length, from + (lengths[piece++ % lengths.length] ?? 1));
      caller[by](sent.subarray(from, to));
      from = to;
      while (caller.suspended) caller.answer({ status: 'OK', text: 'SEND completed' });
    }
  }
  return caller;
}

const sessions = fc.array(meant, { maxLength: 6 }).map(perform);
const pieces = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 });

suite('sessions of a client that keeps to the grammar', () => {
  test('what it means by SEND is taken, all else reaches upstream, and no octet of a literal is a command', () => {
    fc.assert(
      fc.property(sessions, pieces, (session, lengths) => {
        const { journal, waiting } = play(session, lengths);
        assert.deepEqual(journal.notes, session.taken);
        assert.equal(journal.all('U'), session.upstream);
        assert.deepEqual([waiting.client.length, waiting.server.length], [0, 0]);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('the same when it does not wait for what the server says', () => {
    fc.assert(
      fc.property(sessions, pieces, (session, lengths) => {
        // Behind a refused literal a client that did not wait would go on with something else.
        fc.pre(!session.said.some(({ octets }) => octets.includes('NO no such mailbox')));
        const [client, server] = ['client', 'server'].map((by) =>
          session.said.filter((each) => each.by === by),
        );
        const greeting = server?.slice(0, 1) ?? [];
        const said = [...greeting, ...(client ?? []), ...(server?.slice(1) ?? [])];
        const { journal } = play({ ...session, said }, lengths);
        assert.deepEqual(journal.notes, session.taken);
        assert.equal(journal.all('U'), session.upstream);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });
});
