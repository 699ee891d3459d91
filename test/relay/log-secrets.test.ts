import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dial, startImapPeer } from '../support/imap-peer.js';
import { startCountingMsa } from './counting-msa.js';
import { answerBody, answerListing, message } from './sending.js';
import { startServed } from './served.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('what serve writes holds no password, no token and no content of a message', async (t) => {
  const [peer, msa] = await Promise.all([startImapPeer(), startCountingMsa()]);
  const served = await startServed({
    upstream: `imap://127.0.0.1:${peer.port}`,
    submission: `smtp://127.0.0.1:${msa.port}`,
    'submission-auth': 'none',
    'sender-policy': 'submission',
    'log-level': 'debug',
  });
  t.after(async () => {
    await served.stop();
    await Promise.all([peer.close(), msa.close()]);
  });

  const session = async (script: readonly string[]) => {
    const client = await dial(served.port);
    const upstream = await peer.accept();
    for (const step of ['S: * OK ready\r\n', ...script]) {
      const octets = step.slice('C: '.length);
      const [from, to] = step.startsWith('C: ') ? [client, upstream] : [upstream, client];
      await from.send(octets);
      await to.expect(octets);
    }
    return { client, upstream };
  };

  const token = base64('user=anna\x01auth=Bearer t0ken-of-anna\x01\x01');
  const plain = base64('\0anna\0pa55word');
  const sending = await session([
    'C: a LOGIN anna wr0ng\r\n',
    'S: a NO [AUTHENTICATIONFAILED] no\r\n',
    `C: b AUTHENTICATE XOAUTH2 ${token}\r\n`,
    'S: b NO expired\r\n',
    'C: c LOGIN anna {8+}\r\npa55word\r\n',
    'S: c OK\r\n',
  ]);
  const text = message('0ne-subject');
  await sending.client.send('d SEND 1\r\n');
  await answerListing(sending.upstream, '1', [text]);
  await answerBody(sending.upstream, 1, text);
  await sending.client.expect('* 1 SEND (11 OK NIL)\r\nd OK SEND completed\r\n');
  sending.upstream.reset();

  const broken = await session([`C: a AUTHENTICATE PLAIN ${plain}\r\n`, 'S: a OK\r\n']);
  await broken.client.send('b APPEND pa55word {99999999999999999999+}\r\n');
  await broken.client.expectLine(/^\* BYE /);
  const rude = await session(['C: a LOGIN anna pa55word\r\n']);
  await rude.upstream.send('pa55word NO wr0ng\r\n');
  await rude.client.expectLine(/^\* BYE /);
  for (const { client, upstream } of [sending, broken, rude]) {
    client.reset();
    upstream.reset();
  }
  await served.stop();

  const events = served.output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).event);
  for (const event of ['session-opened', 'login-failed', 'login', 'send', 'desync', 'session-closed']) {
    assert.ok(events.includes(event), `${event} is logged`);
  }
  const secrets = ['wr0ng', 'pa55word', 't0ken-of-anna', token, plain, 'Hello', '0ne-subject'];
  for (const secret of secrets) assert.ok(!served.output.includes(secret), `${secret} is not logged`);
});
