import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, test } from 'node:test';
import type { Credentials } from '../../src/credentials.js';
import type { Outcome } from '../../src/outcome.js';
import { Secret } from '../../src/secret.js';
import type { SubmissionServer } from '../../src/send/smtp/submission.js';
import type { SubmitterOptions } from '../../src/send/smtp/submitter.js';
import { certificates } from '../support/certs.js';
import { cooperative, type Script, startPeer } from '../support/smtp-peer.js';
import { submitterTo, textMessage } from '../support/submission.js';

/*
 * What somebody can do who changes what passes in clear between proxy and submission server: RFC 3207 §6, CVE-2011-0411, "Why
 * TLS Is Better Without STARTTLS" (2021). What was said in clear must not count under TLS, and without TLS nothing is sent.
 */

const { ca, server: certificate } = await certificates();

interface Context {
  after(cleanUp: () => Promise<void>): void;
}

type Mode = Extract<SubmissionServer['tls'], `starttls-${string}`>;
const MODES = ['starttls-require', 'starttls-try'] as const;

const login: Credentials = {
  kind: 'password',
  method: 'LOGIN',
  user: 'anna',
  password: new Secret('correct horse'),
};
const body = 'Subject: hello\r\n\r\nhello\r\n';

/** Submits one message with a login. */
async function submit(
  t: Context,
  port: number,
  tls: Mode,
  options: Pick<SubmitterOptions, 'timeouts'> = {},
): Promise<Outcome> {
  const server = { host: '127.0.0.1', port, tls, insecure: false, ca: [ca.cert] };
  const submitter = submitterTo(port, { server, ...options });
  t.after(() => submitter.close());
  return submitter.submit({ kind: 'replay', credentials: login }, textMessage(body), async () => {});
}

const replies = cooperative();
/** What the server says in clear, and what under TLS. */
const IN_CLEAR = '250-peer.test\r\n250-STARTTLS\r\n250-SIZE 1\r\n250 AUTH LOGIN\r\n';
const UNDER_TLS = '250-peer.test\r\n250 AUTH PLAIN\r\n';

/** A server whose words before TLS somebody else had a hand in. */
function meddled(greeting: string, starttls: string, ehlo = IN_CLEAR): Script {
  return ({ line, earlier }) => {
    if (line === '') return greeting;
    if (line.startsWith('EHLO')) return earlier === 0 ? ehlo : UNDER_TLS;
    if (line === 'STARTTLS') return { send: starttls, next: 'tls' };
    return replies[line.split(/[ :]/)[0]!.toUpperCase()];
  };
}

const HELLO = '220 peer.test ESMTP\r\n';

describe('what is slipped in behind the 220 of STARTTLS is forgotten', () => {
  const slipped: readonly [name: string, octets: string][] = [
    ['a reply to EHLO', '250-peer.test\r\n250-SIZE 1\r\n250 AUTH LOGIN\r\n'],
    ['a few octets', '250-X'],
    ['line ends', '\r\n\r\n'],
    ['a second 220', '220 Go\r\n'],
    ['replies to all that follows', '250 ok\r\n235 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken\r\n'],
    ['a refusal', '554 5.7.1 no\r\n'],
    ['421', '421 4.3.2 bye\r\n'],
  ];
  for (const mode of MODES) {
    for (const [name, octets] of slipped) {
      test(`${mode}: ${name}`, async (t) => {
        const peer = await startPeer(meddled(HELLO, `220 Go\r\n${octets}`), { tls: certificate });
        t.after(() => peer.close());
        assert.equal((await submit(t, peer.port, mode)).kind, 'accepted');
        assert.deepEqual(
          peer.lines.slice(0, 4).map((line) => line.replace(/^(AUTH PLAIN) .*/, '$1')),
          ['EHLO proxy.test', 'STARTTLS', 'EHLO proxy.test', 'AUTH PLAIN'],
        );
        assert.deepEqual(peer.accepted, [body]);
      });
    }
  }
});

for (const mode of MODES) {
  test(`${mode}: half a reply behind the 220, for the rest to come under TLS: there is no TLS, and nothing is sent`, async (t) => {
    const peer = await startPeer(({ line }) => {
      if (line.startsWith('EHLO')) return IN_CLEAR;
      if (line === 'STARTTLS') return '220 Go\r\n250-peer.test\r\n250-';
      return line === '' ? HELLO : undefined;
    });
    t.after(() => peer.close());
    const outcome = await submit(t, peer.port, mode, { timeouts: { greeting: 200, command: 200 } });
    assert.equal(outcome.kind, 'unavailable');
    assert.deepEqual(peer.lines, ['EHLO proxy.test', 'STARTTLS']);
  });
}

describe('octets in clear where the handshake belongs break it, and nothing is sent', () => {
  /** Says `words` in clear, once the ClientHello has begun, or at once; no TLS comes. */
  async function forger(t: Context, words: string, when: 'at once' | 'behind the ClientHello') {
    const heard: string[] = [];
    const server = createServer((socket) => {
      let greeted = 0;
      t.after(async () => void socket.destroy());
      socket.on('error', () => {}).write(HELLO);
      socket.on('data', (octets) => {
        heard.push(octets.toString('latin1'));
        const step = ++greeted;
        if (step === 1) socket.write(IN_CLEAR);
        if (step === 2) socket.write('220 Go\r\n', () => when === 'at once' && socket.write(words));
        if (step === 3 && when === 'behind the ClientHello') socket.write(words);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(async () => void server.close());
    return { port: (server.address() as AddressInfo).port, heard };
  }

  for (const mode of MODES) {
    for (const when of ['at once', 'behind the ClientHello'] as const) {
      test(`${mode}, ${when}`, async (t) => {
        const { port, heard } = await forger(t, `${UNDER_TLS}${'250 ok\r\n'.repeat(9)}`, when);
        const outcome = await submit(t, port, mode);
        assert.equal(outcome.kind === 'unavailable' && outcome.cause, 'tls');
        assert.deepEqual(heard.slice(0, 2), ['EHLO proxy.test\r\n', 'STARTTLS\r\n']);
        assert.doesNotMatch(heard.slice(2).join(''), /AUTH|MAIL|EHLO/);
      });
    }
  }
});

describe('STARTTLS is not given up', () => {
  const clear = /^(AUTH|MAIL|RCPT|DATA)/;
  const rows: readonly [name: string, mode: Mode, ehlo: string, starttls: string][] = [
    ['refused', 'starttls-require', IN_CLEAR, '454 4.7.0 TLS not available\r\n'],
    ['refused', 'starttls-try', IN_CLEAR, '454 4.7.0 TLS not available\r\n'],
    ['unknown', 'starttls-try', IN_CLEAR, '502 5.5.1 what?\r\n'],
    [
      'stripped from the reply to EHLO',
      'starttls-require',
      '250-peer.test\r\n250 AUTH LOGIN\r\n',
      '502 5.5.1 what?\r\n',
    ],
    ['stripped with the reply to EHLO', 'starttls-require', '502 5.5.1 what?\r\n', '502 5.5.1 what?\r\n'],
  ];
  for (const [name, mode, ehlo, starttls] of rows) {
    test(`${name}, ${mode}: no login, no message`, async (t) => {
      const peer = await startPeer(({ line }) => {
        if (line.startsWith('EHLO')) return ehlo;
        if (line === 'STARTTLS') return starttls;
        if (line.startsWith('HELO')) return '250 peer.test\r\n';
        return line === '' ? HELLO : replies[line.split(/[ :]/)[0]!.toUpperCase()];
      });
      t.after(() => peer.close());
      const outcome = await submit(t, peer.port, mode);
      assert.equal(outcome.kind, 'unavailable');
      assert.deepEqual(
        peer.lines.filter((line) => clear.test(line)),
        [],
      );
      assert.deepEqual(peer.accepted, []);
    });
  }

  for (const [name, greeting, ehlo] of [
    ['with the greeting', `${HELLO}250-peer.test\r\n250 AUTH LOGIN\r\n`, IN_CLEAR],
    ['with the reply to EHLO', HELLO, `${IN_CLEAR}220 Go\r\n`],
  ] as const) {
    test(`a reply before it was asked for, ${name}: nothing is sent in clear`, async (t) => {
      const peer = await startPeer(meddled(greeting, '220 Go\r\n', ehlo), { tls: certificate });
      t.after(() => peer.close());
      const outcome = await submit(t, peer.port, 'starttls-require');
      // Either the handshake took place, and all that counts was said under it, or nothing is sent.
      if (outcome.kind === 'accepted') {
        const secured = peer.lines.indexOf('STARTTLS');
        assert.deepEqual(
          peer.lines.slice(0, secured).filter((line) => clear.test(line)),
          [],
        );
        assert.match(peer.lines.slice(secured + 1).join(), /^EHLO proxy\.test,AUTH PLAIN /);
      } else
        assert.deepEqual(
          peer.lines.filter((line) => clear.test(line)),
          [],
        );
    });
  }
});
