import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { faulty, type Script, type SmtpPeer, startPeer } from '../support/smtp-peer.js';
import { submitterTo, textMessage } from '../support/submission.js';
import { Wire } from '../support/wire.js';
import { counted, type HostileSetting, startSetting } from './setting.js';

const MiB = 1024 * 1024;

/** What the server says, and to which command. */
const rows: readonly [name: string, at: string, says: string][] = [
  ['a greeting line without end', '', `220 ${'x'.repeat(8 * MiB)}`],
  ['a greeting of lines without end', '', '220-hello\r\n'.repeat(800_000)],
  ['an EHLO reply of lines without end', 'EHLO', '250-X-NOTHING\r\n'.repeat(600_000)],
  ['all replies before any command', '', '220 a\r\n250 b\r\n250 c\r\n250 d\r\n354 e\r\n250 f\r\n'],
  ['421 for a greeting', '', '421 4.3.2 going down\r\n'],
  ['empty lines without end', '', '\r\n'.repeat(4 * MiB)],
  ['empty lines for an EHLO reply', 'EHLO', '\n'.repeat(8 * MiB)],
  ['empty lines for a reply to RCPT', 'RCPT', ' \r\n'.repeat(3 * MiB)],
  ['NULs', 'EHLO', '\0'.repeat(MiB)],
  ['a reply to MAIL without end', 'MAIL', '250-'.padEnd(8 * MiB, 'x')],
  ['replies that nobody waits for', 'MAIL', '250 ok\r\n'.repeat(100_000)],
  ['a reply to DATA without end', 'DATA', '354-go\r\n'.repeat(800_000)],
  ['no code', 'RCPT', 'What?\r\n'.repeat(100_000)],
];

/** Takes one message for each connection, so that the next one begins with a greeting. */
const behaves: Script = ({ line }) =>
  line === '.' ? { send: '250 2.0.0 Taken\r\n', next: 'close' } : undefined;

describe('a session beside it does not notice a submission server with', () => {
  let setting: HostileSetting;
  let peer: SmtpPeer;
  let fault: Script = behaves;
  before(async () => {
    peer = await startPeer(faulty(['PIPELINING'], (event) => fault(event)));
    setting = await startSetting({}, peer.port);
  });
  after(async () => {
    await setting.stop();
    await peer.close();
  });

  for (const [name, at, says] of rows) {
    test(`${name}: NO, and the next message goes out`, async () => {
      const client = await Wire.connect(setting.proxy.port);
      await client.line();
      await client.command('a', 'LOGIN ben@example.org ben');
      await client.command('b', 'SELECT INBOX');
      const accepted = peer.accepted.length;
      fault = ({ line }) => (line.split(/[ :]/)[0] === at ? { send: says, next: 'stall' } : undefined);
      client.send('c SEND 1\r\n');
      const answer = await client.answer('c');
      assert.match(answer, /^\* 1 SEND \(\d+ NO \("/m);
      assert.match(answer, /^c NO /m);
      assert.equal(peer.accepted.length, accepted);
      fault = behaves;
      assert.match(await client.command('d', 'SEND 1'), /^\* 1 SEND \(\d+ OK NIL\)\r\nd OK /m);
      // It saw the answer: the next client's SEND is not taken for a retry.
      await client.command('e', 'NOOP');
      await setting.bystanderIsServed();
      client.close();
      assert.equal(await counted(setting.proxy, 'internal_errors_total'), 0);
    });
  }
});

test('a submission server may reset its connection behind each octet it says', async (t) => {
  const message = textMessage('Subject: cut\r\n\r\ncut\r\n');
  let left = Number.POSITIVE_INFINITY;
  let said = 0;
  const replies = faulty(['PIPELINING'], () => undefined);
  const peer = await startPeer((event) => {
    const reply = replies(event);
    if (typeof reply !== 'string') return reply;
    said += reply.length;
    left -= reply.length;
    return left > 0 ? reply : { send: reply.slice(0, reply.length + left), next: 'reset' };
  });
  t.after(() => peer.close());
  const submit = async (): Promise<string> => {
    const submitter = submitterTo(peer.port);
    const { kind } = await submitter.submit({ kind: 'none' }, message, async () => {});
    await submitter.close();
    return kind;
  };
  assert.equal(await submit(), 'accepted');
  const total = said - '221 2.0.0 Bye\r\n'.length;
  for (let octets = 1; octets < total; octets++) {
    left = octets;
    const before = peer.accepted.length;
    const kind = await submit();
    // What the server took may only be called unknown; what it did not take must not be called accepted.
    const possible =
      peer.accepted.length > before ? ['unknown', 'accepted'] : ['lost', 'unavailable', 'unknown'];
    assert.ok(possible.includes(kind), `${kind} after ${octets} octets`);
    assert.ok(kind !== 'accepted', `accepted after ${octets} of ${total} octets`);
  }
});
