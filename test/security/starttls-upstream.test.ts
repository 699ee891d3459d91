import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { closedSessions, type ScriptedSession, scriptedSession } from '../relay/session.js';
import { certificates } from '../support/certs.js';
import type { PeerConnection } from '../support/imap-peer.js';

/*
 * What somebody can do who changes what passes in clear between proxy and upstream: "Why TLS Is Better Without STARTTLS"
 * (2021), response injection, forged mailbox data, alerts, referrals, PREAUTH and BYE, stripping. Whatever was said in clear,
 * the client must not hear of it. Single answers with their log lines: test/relay/upstream-tls.test.ts.
 */

const { ca, server } = await certificates();

type Context = Parameters<typeof scriptedSession>[0];
type Mode = 'require' | 'try';
const MODES = ['require', 'try'] as const;

const open = (t: Context, mode: Mode): Promise<ScriptedSession> =>
  scriptedSession(
    t,
    (port) => ({
      upstream: `imap://127.0.0.1:${port}`,
      'upstream-starttls': mode,
      'upstream-ca': ca.certFile,
    }),
    {},
    { tls: { cert: server.cert, key: server.key } },
  );

const OFFER = '* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n';
/** What the client gets when TLS comes about: the answer to `P3 CAPABILITY`, and nothing from before. */
const GREETING = '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SEND] IMAP ready\r\n';

async function secure(upstream: PeerConnection): Promise<void> {
  await upstream.startTls();
  await upstream.expect('P3 CAPABILITY\r\n');
  await upstream.send('* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nP3 OK\r\n');
}

/** The client is told that upstream cannot be reached, and nothing more; upstream hears no command of the client. */
async function refused({ client, upstream, proxy }: ScriptedSession): Promise<string> {
  await client.expectLine(/^\* BYE \[UNAVAILABLE\] the mail server cannot be reached /);
  await client.expectEnd();
  client.end();
  upstream.reset();
  const [closed] = await closedSessions(proxy);
  assert.equal(closed?.side, 'upstream');
  return closed?.cause ?? '';
}

/** In clear, as whole lines before the answer to STARTTLS. */
const forged: readonly [name: string, lines: string][] = [
  ['an alert', '* OK [ALERT] call 555-0100 to unlock your mail\r\n'],
  ['a referral', '* NO [REFERRAL imap://mallory.example/] moved\r\n'],
  ['mailbox data', '* 3 EXISTS\r\n* LIST () "/" INBOX\r\n* 1 FETCH (FLAGS (\\Seen))\r\n'],
  ['capabilities', '* CAPABILITY IMAP4rev1 AUTH=FORGED\r\n'],
  ['a second greeting', '* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n'],
  ['BYE', '* BYE [ALERT] go to mallory.example\r\n'],
  ['a literal', '* OK {5}\r\nP2 NO\r\n'],
];

for (const mode of MODES) {
  describe(`${mode}: nothing that is said in clear reaches the client`, () => {
    for (const [name, lines] of forged.slice(0, -1)) {
      test(`${name}, before the answer to STARTTLS`, async (t) => {
        const { client, upstream, play } = await open(t, mode);
        await upstream.send(OFFER);
        await upstream.expect('P2 STARTTLS\r\n');
        await upstream.send(`${lines}P2 OK go\r\n`);
        await secure(upstream);
        await client.expect(GREETING);
        await play('C: a LOGIN anna secret\r\n', 'S: a OK\r\n');
      });
      test(`${name}, with the greeting`, async (t) => {
        const { client, upstream } = await open(t, mode);
        await upstream.send(`${OFFER}${lines}`);
        await upstream.expect('P2 STARTTLS\r\n');
        await upstream.send('P2 OK go\r\n');
        await secure(upstream);
        await client.expect(GREETING);
      });
      test(`${name}, in the answer to CAPABILITY`, async (t) => {
        const { client, upstream } = await open(t, mode);
        await upstream.send('* OK hello\r\n');
        await upstream.expect('P1 CAPABILITY\r\n');
        await upstream.send(`* CAPABILITY IMAP4rev1 STARTTLS\r\n${lines}P1 OK\r\n`);
        await upstream.expect('P2 STARTTLS\r\n');
        await upstream.send('P2 OK go\r\n');
        await secure(upstream);
        await client.expect(GREETING);
      });
    }

    for (const text of [
      '[ALERT] call 555-0100',
      '[CAPABILITY IMAP4rev1 AUTH=FORGED STARTTLS]',
      '[REFERRAL imap://x/]',
    ]) {
      test(`the text of the greeting and of the OK: ${text}`, async (t) => {
        const { client, upstream } = await open(t, mode);
        await upstream.send(`* OK ${text} ready\r\n`);
        if (!text.includes('CAPABILITY')) {
          await upstream.expect('P1 CAPABILITY\r\n');
          await upstream.send(`* CAPABILITY IMAP4rev1 STARTTLS\r\nP1 OK ${text} done\r\n`);
        }
        await upstream.expect('P2 STARTTLS\r\n');
        await upstream.send(`P2 OK ${text} go\r\n`);
        await secure(upstream);
        await client.expect(GREETING);
      });
    }

    for (const [name, line] of forged) {
      test(`${name}, behind the OK of STARTTLS`, async (t) => {
        const session = await open(t, mode);
        await session.upstream.send(OFFER);
        await session.upstream.expect('P2 STARTTLS\r\n');
        await session.upstream.send(`P2 OK go\r\n${line}`);
        assert.equal(await refused(session), 'error tls: upstream sent octets where none may come');
      });
      test(`${name}, behind the first octets of the ClientHello`, async (t) => {
        const session = await open(t, mode);
        await session.upstream.send(OFFER);
        await session.upstream.expect('P2 STARTTLS\r\n');
        await session.upstream.send('P2 OK go\r\n');
        await session.upstream.expect('\x16\x03\x01');
        session.upstream.stream();
        await session.upstream.send(line);
        assert.match(await refused(session), /^error tls: .*wrong version number/);
      });
    }

    test('an answer to STARTTLS before it was asked for', async (t) => {
      const session = await open(t, mode);
      await session.upstream.send('* OK hello\r\n');
      await session.upstream.expect('P1 CAPABILITY\r\n');
      await session.upstream.send('* CAPABILITY IMAP4rev1 STARTTLS\r\nP1 OK\r\nP2 OK forged\r\n');
      await session.upstream.expect('P2 STARTTLS\r\n');
      session.upstream.stream();
      // The server that does not know of it answers, in clear, where TLS is awaited.
      await session.upstream.send('P2 OK go\r\n');
      assert.match(await refused(session), /^error tls: .*wrong version number/);
    });

    test('octets in clear between two records break the connection', async (t) => {
      const { client, upstream, proxy } = await open(t, mode);
      await upstream.send(OFFER);
      await upstream.expect('P2 STARTTLS\r\n');
      await upstream.send('P2 OK go\r\n');
      await secure(upstream);
      await client.expect(GREETING);
      upstream.sendInClear('* OK [ALERT] call 555-0100\r\n');
      await client.expectEnd();
      client.end();
      const [closed] = await closedSessions(proxy);
      assert.match(`${closed?.side} ${closed?.cause}`, /^upstream error ERR_SSL_WRONG_VERSION_NUMBER$/);
    });

    for (const [name, greeting] of [
      ['PREAUTH, after which STARTTLS is not allowed', '* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n'],
      ['BYE', '* BYE [ALERT] call 555-0100\r\n'],
      ['BYE with a referral', '* BYE [REFERRAL imap://mallory.example/] moved\r\n'],
    ] as const) {
      test(`a greeting of ${name}`, async (t) => {
        const session = await open(t, mode);
        await session.upstream.send(greeting);
        assert.match(await refused(session), /^error greeting: upstream greets with (PREAUTH|BYE)$/);
        assert.equal(session.upstream.pending, '');
      });
    }

    for (const answer of ['P2 NO [ALERT] call 555-0100\r\n', 'P2 BAD what\r\n', 'P2 OK\tgo\r\nP2 NO\r\n']) {
      test(`STARTTLS is refused: no way back to clear: ${JSON.stringify(answer)}`, async (t) => {
        const session = await open(t, mode);
        await session.upstream.send(OFFER);
        await session.upstream.expect('P2 STARTTLS\r\n');
        await session.upstream.send(answer);
        assert.match(await refused(session), /^error tls: /);
      });
    }
  });
}

describe('STARTTLS is stripped', () => {
  const stripped: readonly [name: string, greeting: string, answer?: string][] = [
    ['from the greeting', '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n'],
    ['in part', '* OK [CAPABILITY IMAP4rev1 XTARTTLS] ready\r\n'],
    ['from the answer', '* OK hello\r\n', '* CAPABILITY IMAP4rev1\r\nP1 OK\r\n'],
    ['with the answer', '* OK hello\r\n', 'P1 BAD unknown command\r\n'],
  ];
  for (const [name, greeting, answer] of stripped) {
    for (const mode of MODES) {
      test(`${name}, ${mode}: ${mode === 'try' ? 'in clear' : 'no session'}`, async (t) => {
        const session = await open(t, mode);
        const { client, upstream } = session;
        await upstream.send(greeting);
        if (answer !== undefined) {
          await upstream.expect('P1 CAPABILITY\r\n');
          await upstream.send(answer);
        }
        if (mode === 'require') {
          assert.equal(await refused(session), 'error greeting: upstream does not offer STARTTLS');
          assert.equal(upstream.pending, '');
        } else {
          await client.expectLine(/^\* OK /);
          await client.send('a NOOP\r\n');
          await upstream.expect('a NOOP\r\n');
        }
      });
    }
  }
});
