import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Credentials } from '../../../src/credentials.js';
import { Secret } from '../../../src/secret.js';
import type { SubmissionServer } from '../../../src/send/smtp/submission.js';
import { type Certificates, certificates } from '../../support/certs.js';
import { startSink } from '../../support/sink.js';
import { faulty, startPeer } from '../../support/smtp-peer.js';
import { submitterTo, textMessage } from '../../support/submission.js';

const message = textMessage('Subject: hello\r\n\r\n.hello\r\n');
const nothing = async () => {};
const password: Credentials = {
  kind: 'password',
  method: 'LOGIN',
  user: 'alice',
  password: new Secret('pass word'),
};
const token = (value: string): Credentials => ({
  kind: 'token',
  method: 'AUTHENTICATE OAUTHBEARER',
  user: 'alice',
  token: new Secret(value),
});

let certs: Certificates;
before(async () => {
  certs = await certificates();
});

describe('a message with a login goes out', () => {
  type Row = readonly [SubmissionServer['tls'], offered: 'implicit' | 'starttls' | 'none', used: boolean];
  const table: readonly Row[] = [
    ['implicit', 'implicit', true],
    ['starttls-require', 'starttls', true],
    ['starttls-try', 'starttls', true],
    ['starttls-try', 'none', false],
    ['never', 'starttls', false],
  ];
  for (const [tls, offered, used] of table) {
    it(`${tls}, offered: ${offered}`, async (test) => {
      const { cert, key } = certs.server;
      const sink = await startSink({
        users: { alice: 'pass word' },
        ...(offered !== 'none' && { tls: { cert, key } }),
        implicitTls: offered === 'implicit',
      });
      const server = { host: '127.0.0.1', port: sink.port, tls, insecure: false, ca: [certs.ca.cert] };
      const submitter = submitterTo(sink.port, { server });
      test.after(async () => {
        await submitter.close();
        await sink.stop();
      });
      const identity = { kind: 'replay', credentials: password } as const;
      assert.equal((await submitter.submit(identity, message, nothing)).kind, 'accepted');
      assert.deepEqual(
        sink.messages.map(({ tls, user, content }) => ({ tls, user, content: content.toString() })),
        [{ tls: used, user: 'alice', content: 'Subject: hello\r\n\r\n.hello\r\n' }],
      );
    });
  }
});

it('a certificate that nobody vouches for is good enough where that is wanted', async (test) => {
  const { cert, key } = certs.untrusted;
  const sink = await startSink({ tls: { cert, key } });
  const server = { host: '127.0.0.1', port: sink.port, tls: 'starttls-require', insecure: true } as const;
  const submitter = submitterTo(sink.port, { server });
  test.after(async () => {
    await submitter.close();
    await sink.stop();
  });
  assert.equal((await submitter.submit({ kind: 'none' }, message, nothing)).kind, 'accepted');
  assert.equal(sink.messages[0]?.tls, true);
});

it('an OAUTHBEARER token reaches a server that knows XOAUTH2 only, and an expired one is told apart', async (test) => {
  const sink = await startSink({ tokens: { alice: 'fresh' } });
  const submitter = submitterTo(sink.port);
  test.after(async () => {
    await submitter.close();
    await sink.stop();
  });
  const submit = (value: string) =>
    submitter.submit({ kind: 'replay', credentials: token(value) }, message, nothing);
  assert.equal((await submit('fresh')).kind, 'accepted');
  const expired = await submit('stale');
  assert.deepEqual(expired.kind === 'unavailable' && expired.cause, 'login');
  assert.deepEqual(
    sink.messages.map(({ user }) => user),
    ['alice'],
  );
});

it('what is slipped in before the handshake of STARTTLS is not believed (CVE-2011-0411)', async (test) => {
  const { cert, key } = certs.server;
  const slippedIn = '220 Go\r\n250-peer.test\r\n250-SIZE 1\r\n250 AUTH PLAIN\r\n';
  const peer = await startPeer(
    faulty(['STARTTLS', 'AUTH LOGIN'], ({ line, earlier }) => {
      if (line === 'STARTTLS') return { send: slippedIn, next: 'tls' };
      return line === 'AUTH LOGIN' || (line.startsWith('AUTH') && earlier > 0)
        ? '535 5.7.8 No\r\n'
        : undefined;
    }),
    { tls: { cert, key } },
  );
  const server = { host: '127.0.0.1', port: peer.port, tls: 'starttls-require', insecure: false } as const;
  const submitter = submitterTo(peer.port, { server: { ...server, ca: [certs.ca.cert] } });
  test.after(async () => {
    await submitter.close();
    await peer.close();
  });
  await submitter.submit({ kind: 'replay', credentials: password }, message, nothing);
  assert.deepEqual(peer.lines.slice(0, 4), ['EHLO proxy.test', 'STARTTLS', 'EHLO proxy.test', 'AUTH LOGIN']);
  assert.equal((await submitter.submit({ kind: 'none' }, message, nothing)).kind, 'accepted');
});
