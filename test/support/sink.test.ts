import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createTransport } from 'nodemailer';
import { certificates } from './certs.js';
import { type Sink, type SinkOptions, startSink } from './sink.js';

interface Context {
  after(end: () => Promise<void>): void;
}

async function sinkFor(t: Context, options?: SinkOptions): Promise<Sink> {
  const sink = await startSink(options);
  t.after(() => sink.stop());
  return sink;
}

/** Sends the lines one after the other, each when the last one was answered, and gives all replies. */
async function talk(sink: Sink, lines: readonly (string | Buffer)[]): Promise<string[]> {
  const socket = connect(sink.port, sink.host);
  const replies: string[] = [];
  const reply = async () => {
    let text = '';
    while (!/^\d{3}(?: .*)?\r\n$/m.test(text)) text += (await once(socket, 'data'))[0];
    replies.push(text.trimEnd());
  };
  await reply();
  for (const line of lines) {
    socket.write(typeof line === 'string' ? `${line}\r\n` : line);
    await reply();
  }
  socket.destroy();
  return replies;
}

test('the sink keeps addresses as on the wire and content byte for byte', async (t) => {
  const sink = await sinkFor(t);
  const content = Buffer.from('..a dot\r\nbare\nLF, bare\rCR, \0, \xff\r\n..\r\n.\r\n', 'latin1');
  const from = 'MAIL FROM:<Anna@xn--tda.example> BODY=8BITMIME SMTPUTF8';
  await talk(sink, [
    'EHLO test',
    from,
    'RCPT TO:<bob@EXAMPLE.com>',
    'RCPT TO:<ü@ü.example>',
    'DATA',
    content,
  ]);
  assert.deepEqual(sink.messages, [
    {
      mailFrom: 'Anna@xn--tda.example',
      parameters: 'BODY=8BITMIME SMTPUTF8',
      recipients: ['bob@EXAMPLE.com', 'ü@ü.example'],
      content: Buffer.from('.a dot\r\nbare\nLF, bare\rCR, \0, \xff\r\n.\r\n', 'latin1'),
      tls: false,
    },
  ]);
  assert.deepEqual(sink.commands.slice(0, 2), ['EHLO test', from]);
});

test('the sink answers in the words it was given, at each stage', async (t) => {
  const sink = await sinkFor(t, {
    onMailFrom: (address) => (address === 'eve@example.org' ? '553 5.7.1 Not yours' : undefined),
    onRecipient: async (address) => (address === 'nobody@example.org' ? '550 User not found' : undefined),
    onMessage: ({ content }) => (content.includes('virus') ? '554 5.7.1 Rejected' : undefined),
  });
  const replies = await talk(sink, [
    'EHLO test',
    'MAIL FROM:<eve@example.org>',
    'MAIL FROM:<anna@example.org>',
    'RCPT TO:<nobody@example.org>',
    'RCPT TO:<bob@example.org>',
    'DATA',
    Buffer.from('a virus\r\n.\r\n'),
  ]);
  const refusals = replies.filter((reply) => reply.startsWith('5'));
  assert.deepEqual(refusals, ['553 5.7.1 Not yours', '550 User not found', '554 5.7.1 Rejected']);
  assert.deepEqual(sink.messages, []);
});

test('the sink counts a message that breaks off, and does not keep it', async (t) => {
  const sink = await sinkFor(t);
  const socket = connect(sink.port, sink.host);
  await once(socket, 'data');
  socket.write('EHLO test\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n');
  for await (const reply of socket.iterator({ destroyOnReturn: false }))
    if (/^354/m.test(String(reply))) break;
  socket.end('half a mess');
  await sink.idle();
  assert.equal(sink.brokenOff, 1);
  assert.equal(sink.connections, 1);
  assert.deepEqual(sink.messages, []);
});

test('the sink hides extensions', async (t) => {
  const sink = await sinkFor(t, { hide: ['8BITMIME', 'PIPELINING', 'SMTPUTF8'] });
  const [, hello = ''] = await talk(sink, ['EHLO test']);
  assert.doesNotMatch(hello, /8BITMIME|PIPELINING|SMTPUTF8|SIZE|AUTH|STARTTLS/);
});

test('the sink offers SIZE and refuses what is larger', async (t) => {
  const sink = await sinkFor(t, { size: 10 });
  const content = Buffer.from('eleven octets\r\n.\r\n');
  const [, hello, ...rest] = await talk(sink, [
    'EHLO test',
    'MAIL FROM:<a@b>',
    'RCPT TO:<c@d>',
    'DATA',
    content,
  ]);
  assert.match(hello ?? '', /SIZE 10$/m);
  assert.match(rest.at(-1) ?? '', /^552 /);
  assert.deepEqual(sink.messages, []);
});

for (const implicitTls of [false, true]) {
  test(`the sink takes logins over ${implicitTls ? 'TLS' : 'STARTTLS'}, with password and token`, async (t) => {
    const { ca, server } = await certificates();
    const users = { anna: 'secret' };
    const sink = await sinkFor(t, { users, tokens: { bob: 'token' }, tls: server, implicitTls });
    const send = (auth: object) =>
      createTransport({
        host: sink.host,
        port: sink.port,
        secure: implicitTls,
        auth,
        tls: { ca: ca.cert, servername: 'localhost' },
      }).sendMail({ envelope: { from: 'a@b', to: 'c@d' }, raw: 'Subject: x\r\n\r\n' });
    await send({ user: 'anna', pass: 'secret' });
    await send({ type: 'OAuth2', user: 'bob', accessToken: 'token' });
    await assert.rejects(send({ user: 'anna', pass: 'wrong' }), { code: 'EAUTH', responseCode: 535 });
    assert.deepEqual(
      sink.messages.map(({ user, tls }) => ({ user, tls })),
      [
        { user: 'anna', tls: true },
        { user: 'bob', tls: true },
      ],
    );
    assert.ok(!sink.commands.join('\n').includes(Buffer.from('\0anna\0secret').toString('base64')));
  });
}
