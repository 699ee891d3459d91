import assert from 'node:assert/strict';
import { before, describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Credentials } from '../../../src/credentials.js';
import type { Outcome } from '../../../src/outcome.js';
import { Secret } from '../../../src/secret.js';
import type { SubmissionServer } from '../../../src/send/smtp/submission.js';
import { type Certificate, type Certificates, certificates } from '../../support/certs.js';
import { faulty, type PeerOptions, type Reaction, startPeer } from '../../support/smtp-peer.js';
import { submitterTo, textMessage } from '../../support/submission.js';

/*
 * Every way in which a connection can fail before MAIL FROM: nothing is handed over, nobody gets the message, and the
 * report tells a server that cannot be reached from one that cannot be trusted and one that refuses the login.
 */

type Cause = Extract<Outcome, { kind: 'unavailable' }>['cause'];

interface Fault {
  /** What comes instead of a cooperative reply, by the word it answers; the empty word is the new connection. */
  readonly reactions: Readonly<Record<string, Reaction>>;
  readonly expected: readonly [cause: Cause, reply: string];
  readonly stalls?: boolean;
}

const message = textMessage('Subject: hello\r\n\r\nhello\r\n');
const nothing = async () => {};
const login: Credentials = {
  kind: 'password',
  method: 'LOGIN',
  user: 'alice',
  password: new Secret('correct horse'),
};

const noAnswer = '421 4.4.1 The submission server cannot be reached (ETIMEDOUT)';
const noSmtp = '421 4.5.0 The submission server does not speak SMTP';
const hungUp = '421 4.4.1 The submission server cannot be reached (ECONNECTION)';
const tooMuch = '421 4.4.1 The submission server cannot be reached (EPROTOCOL)';
const cut = '421 4.4.1 The submission server cannot be reached (ECONNRESET)';
const lostInLogin = '421 4.4.2 The submission server was lost during the login';

const faults: Readonly<Record<string, Fault>> = {
  'greeting: 4yz': { reactions: { '': '450 4.3.2 Busy\r\n' }, expected: ['connection', '450 4.3.2 Busy'] },
  'greeting: 5yz': { reactions: { '': '554 5.3.2 No\r\n' }, expected: ['connection', '554 5.3.2 No'] },
  'greeting: 421': {
    reactions: { '': { send: '421-4.3.2 Too\r\n421 4.3.2 many\r\n', next: 'close' } },
    expected: ['connection', '421 4.3.2 Too many'],
  },
  'greeting: garbage': { reactions: { '': 'SSH-2.0-Server\r\n' }, expected: ['connection', noSmtp] },
  'greeting: stall': { reactions: { '': 'stall' }, expected: ['connection', noAnswer], stalls: true },
  'greeting: half a line': {
    reactions: { '': { send: '220 peer', next: 'stall' } },
    expected: ['connection', noAnswer],
    stalls: true,
  },
  'greeting: a line without end, octet by octet': {
    reactions: { '': { send: '2', next: 'trickle' } },
    expected: ['connection', noAnswer],
    stalls: true,
  },
  'greeting: empty lines without end': {
    reactions: { '': { send: '\r\n'.repeat(100_000), next: 'stall' } },
    expected: ['connection', tooMuch],
  },
  'greeting: close': { reactions: { '': 'close' }, expected: ['connection', hungUp] },
  'greeting: reset': { reactions: { '': 'reset' }, expected: ['connection', cut] },
  'EHLO: refused, and HELO too': {
    reactions: { EHLO: '502 5.5.1 No\r\n', HELO: '550 5.7.1 Never\r\n' },
    expected: ['connection', '550 5.7.1 Never'],
  },
  'EHLO: refused, and HELO has no AUTH': {
    reactions: { EHLO: '502 5.5.1 No\r\n', HELO: '250 peer.test\r\n' },
    expected: ['login', '421 4.7.0 The submission server offers no AUTH mechanism for this login'],
  },
  'EHLO: 421': { reactions: { EHLO: '421 4.3.2 Bye\r\n' }, expected: ['connection', '421 4.3.2 Bye'] },
  'EHLO: two codes': { reactions: { EHLO: '250-x\r\n550 y\r\n' }, expected: ['connection', noSmtp] },
  'EHLO: stall': { reactions: { EHLO: 'stall' }, expected: ['connection', noAnswer], stalls: true },
  'EHLO: lines without end, octet by octet': {
    reactions: { EHLO: { send: '250-x\r\n', next: 'trickle' } },
    expected: ['connection', noAnswer],
    stalls: true,
  },
  'EHLO: empty lines, octet by octet': {
    reactions: { EHLO: { send: '\r\n', next: 'trickle' } },
    expected: ['connection', noAnswer],
    stalls: true,
  },
  'EHLO: close': { reactions: { EHLO: 'close' }, expected: ['connection', hungUp] },
  'EHLO: reset': { reactions: { EHLO: 'reset' }, expected: ['connection', cut] },
  'AUTH: 5yz': {
    reactions: { AUTH: '535-5.7.8 Wrong\r\n535 5.7.8 password\r\n' },
    expected: ['login', '535 5.7.8 Wrong password'],
  },
  'AUTH: 4yz': {
    reactions: { AUTH: '454 4.7.0 Not today\r\n' },
    expected: ['connection', '454 4.7.0 Not today'],
  },
  'AUTH: 421': { reactions: { AUTH: '421 4.7.0 Bye\r\n' }, expected: ['connection', '421 4.7.0 Bye'] },
  'AUTH: no end of challenges': {
    reactions: { AUTH: '334 \r\n', '*': '334 \r\n' },
    expected: ['connection', '421 4.5.0 The submission server does not follow the AUTH protocol'],
  },
  'AUTH: garbage': { reactions: { AUTH: 'Hello?\r\n' }, expected: ['connection', lostInLogin] },
  'AUTH: stall': { reactions: { AUTH: 'stall' }, expected: ['connection', lostInLogin], stalls: true },
  'AUTH: a challenge without end, octet by octet': {
    reactions: { AUTH: { send: '3', next: 'trickle' } },
    expected: ['connection', lostInLogin],
    stalls: true,
  },
  'AUTH: close': { reactions: { AUTH: 'close' }, expected: ['connection', lostInLogin] },
  'AUTH: reset': { reactions: { AUTH: 'reset' }, expected: ['connection', lostInLogin] },
};

const quick = { greeting: 400, command: 400 };

async function check(
  test: TestContext,
  { reactions, expected: [cause, reply], stalls = false }: Fault,
  server: Partial<SubmissionServer> = {},
  peerOptions: PeerOptions = {},
): Promise<void> {
  const peer = await startPeer(
    faulty(
      ['AUTH PLAIN', ...(server.tls === 'starttls-require' ? ['STARTTLS'] : [])],
      ({ line }) => reactions[line.split(' ')[0]!],
    ),
    peerOptions,
  );
  test.after(() => peer.close());
  const submitter = submitterTo(peer.port, {
    server: { host: '127.0.0.1', port: peer.port, tls: 'never', insecure: false, ...server },
    timeouts: stalls ? quick : {},
  });
  test.after(() => submitter.close());
  const outcome = await submitter.submit({ kind: 'replay', credentials: login }, message, nothing);
  const refusal = { command: 'MAIL FROM', parameter: message.envelope.from, reply };
  assert.deepEqual(outcome, { kind: 'unavailable', cause, refusal });
  assert.deepEqual(peer.accepted, []);
  assert.ok(!peer.lines.some((line) => line.startsWith('MAIL')));
  // A peer that stopped listening does not hear us leave.
  while (!stalls && peer.open > 0) await delay(5);
}

describe('a connection that fails', { concurrency: 12 }, () => {
  for (const [name, fault] of Object.entries(faults)) it(name, (test) => check(test, fault));

  it('refused', async (test) => {
    const peer = await startPeer(() => undefined);
    await peer.close();
    const submitter = submitterTo(peer.port);
    test.after(() => submitter.close());
    const outcome = await submitter.submit({ kind: 'none' }, message, nothing);
    const reply = '421 4.4.1 The submission server cannot be reached (ECONNREFUSED)';
    const refusal = { command: 'MAIL FROM', parameter: message.envelope.from, reply };
    assert.deepEqual(outcome, { kind: 'unavailable', cause: 'connection', refusal });
  });
});

describe('TLS that fails', { concurrency: 4 }, () => {
  let certs: Certificates;
  before(async () => {
    certs = await certificates();
  });

  const failure = (why: string) => `421 4.7.5 TLS with the submission server failed (${why})`;
  const bad: ReadonlyArray<readonly [name: keyof Certificates, why: string]> = [
    ['untrusted', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['wrongName', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ];
  for (const [name, why] of bad) {
    for (const tls of ['implicit', 'starttls-require'] as const) {
      it(`${tls}, certificate: ${name}`, (test) => {
        const fault: Fault = { reactions: startTls, expected: ['tls', failure(why)] };
        const peerOptions = { tls: certs[name] satisfies Certificate, implicitTls: tls === 'implicit' };
        return check(test, fault, { tls, ca: [certs.ca.cert] }, peerOptions);
      });
    }
  }
  const startTls = { STARTTLS: { send: '220 2.0.0 Go\r\n', next: 'tls' } } as const;

  it('implicit, but the server greets in plain text', (test) =>
    check(
      test,
      { reactions: {}, expected: ['tls', failure('ERR_SSL_WRONG_VERSION_NUMBER')] },
      { tls: 'implicit' },
    ));
  it('implicit, but the server says nothing', (test) =>
    check(
      test,
      { reactions: { '': 'stall' }, expected: ['tls', failure('ETIMEDOUT')], stalls: true },
      { tls: 'implicit' },
    ));
  it('STARTTLS refused', (test) =>
    check(
      test,
      { reactions: { STARTTLS: '454 4.7.0 Later\r\n' }, expected: ['tls', failure('454 4.7.0 Later')] },
      { tls: 'starttls-require' },
    ));
  it('STARTTLS accepted, but plain text follows and no handshake', (test) =>
    check(
      test,
      {
        reactions: { STARTTLS: '220 Go\r\n250 Surprise\r\n' },
        expected: ['tls', failure('ETIMEDOUT')],
        stalls: true,
      },
      { tls: 'starttls-require' },
    ));
  it('STARTTLS accepted, then close', (test) =>
    check(
      test,
      {
        reactions: { STARTTLS: { send: '220 Go\r\n', next: 'close' } },
        expected: ['tls', failure('ECONNRESET')],
      },
      { tls: 'starttls-require' },
    ));
});
