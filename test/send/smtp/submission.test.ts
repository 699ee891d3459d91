import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Refusal } from '../../../src/outcome.js';
import type { Message } from '../../../src/send/message.js';
import type { Script } from '../../support/smtp-peer.js';
import { inPieces, submissionBench, textMessage } from '../../support/submission.js';

const content = 'Subject: hello\r\n\r\nhello\r\n';
const hello = textMessage(content);
const to = (...recipients: string[]) => ({ envelope: { from: 'alice@example.org', to: recipients } });
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `r${index + 1}@example.net`);

describe('an accepted message', () => {
  for (const extensions of [[], ['PIPELINING']]) {
    it(`is told by the server's words, ${extensions[0] ?? 'command by command'}`, async (test) => {
      const { peer, submit } = await submissionBench(test, extensions, ({ line }) =>
        line === '.' ? '250-2.0.0 Queued\r\n250 2.0.0 as 4711\r\n' : undefined,
      );
      assert.deepEqual(await submit(hello), { kind: 'accepted', reply: '250 2.0.0 Queued as 4711' });
      assert.deepEqual(peer.lines, [
        'EHLO proxy.test',
        'MAIL FROM:<alice@example.org>',
        'RCPT TO:<bob@example.net>',
        'RCPT TO:<carol@example.com>',
        'DATA',
      ]);
      assert.deepEqual(peer.accepted, [content]);
    });
  }

  const silent: Script = ({ line }) => (line.startsWith('MAIL') ? '' : undefined);
  it('is announced in one go where the server offers PIPELINING, and step by step elsewhere', async (test) => {
    for (const [extensions, commands] of [
      [['PIPELINING'], ['EHLO', 'MAIL', 'RCPT', 'RCPT']],
      [[], ['EHLO', 'MAIL']],
    ] as const) {
      const { peer, submit } = await submissionBench(test, extensions, silent, {
        timeouts: { command: 300 },
      });
      await submit(hello);
      assert.deepEqual(
        peer.lines.map((line) => line.slice(0, 4)),
        commands,
      );
    }
  });

  it('arrives octet by octet, whatever its chunks', async (test) => {
    const { peer, submit } = await submissionBench(test, []);
    const nasty = '.\r\n..\r\n\r\n.\r\nQUIT\r\n.a\r\n\r\n.\r\n';
    const expected: string[] = [];
    for (let split = 0; split <= nasty.length; split++) {
      const pieces = [nasty.slice(0, split), nasty.slice(split)].map((piece) => Buffer.from(piece));
      const outcome = await submit(textMessage(nasty, { open: () => inPieces(pieces) }));
      assert.equal(outcome.kind, 'accepted');
      expected.push(nasty);
    }
    assert.deepEqual(peer.accepted, expected);
  });

  it('may have no octets at all, or no last line end', async (test) => {
    const { peer, submit } = await submissionBench(test, []);
    await submit(textMessage(''));
    await submit(textMessage('a'));
    assert.deepEqual(peer.accepted, ['', 'a\r\n']);
  });
});

describe('MAIL declares what the message needs and the server offers', () => {
  const all = ['SIZE 1000', '8BITMIME', 'SMTPUTF8'];
  const eightBit = textMessage('a: b\r\n\r\n\xe4\r\n');
  const international = { envelope: { from: 'älice@example.org', to: ['bob@example.net'] } };
  const table: ReadonlyArray<readonly [string, readonly string[], Message, mail: string]> = [
    ['nothing offered', [], eightBit, '<alice@example.org>'],
    ['only ASCII', all, hello, '<alice@example.org> SIZE=25'],
    ['8-bit content', all, eightBit, '<alice@example.org> SIZE=11 BODY=8BITMIME'],
    ['8-bit content, not offered', ['SIZE'], eightBit, '<alice@example.org> SIZE=11'],
    [
      'a UTF-8 header',
      all,
      { ...eightBit, utf8Header: true },
      '<alice@example.org> SIZE=11 BODY=8BITMIME SMTPUTF8',
    ],
    [
      'a UTF-8 header, not offered',
      ['SIZE'],
      { ...eightBit, utf8Header: true },
      '<alice@example.org> SIZE=11',
    ],
    ['a UTF-8 address', all, textMessage(content, international), '<älice@example.org> SIZE=25 SMTPUTF8'],
    [
      'an international domain, SMTPUTF8 not offered',
      ['SIZE'],
      textMessage(content, { envelope: { from: 'alice@bücher.example', to: ['bob@example.net'] } }),
      '<alice@xn--bcher-kva.example> SIZE=25',
    ],
  ];
  for (const [name, extensions, message, mail] of table) {
    it(name, async (test) => {
      const { peer, submit } = await submissionBench(test, extensions);
      assert.equal((await submit(message)).kind, 'accepted');
      const line = peer.lines.find((command) => command.startsWith('MAIL')) ?? '';
      assert.equal(Buffer.from(line, 'latin1').toString(), `MAIL FROM:${mail}`);
    });
  }

  it('a server whose name sounds like extensions has none', async (test) => {
    const ehlo = '250 peer SIZE 1 8BITMIME SMTPUTF8 PIPELINING is great\r\n';
    const { peer, submit } = await submissionBench(test, [], ({ line }) =>
      line.startsWith('EHLO') ? ehlo : undefined,
    );
    assert.equal((await submit({ ...eightBit, utf8Header: true })).kind, 'accepted');
    assert.ok(peer.lines.includes('MAIL FROM:<alice@example.org>'));
  });
});

describe('refused without asking the server', () => {
  const table: ReadonlyArray<readonly [string, readonly string[], Message, Refusal]> = [
    [
      'larger than SIZE',
      ['SIZE 24'],
      hello,
      {
        command: 'MAIL FROM',
        parameter: 'alice@example.org',
        reply: '552 5.3.4 The message has 25 octets; the submission server takes at most 24',
      },
    ],
    [
      'more recipients than RCPTMAX',
      ['LIMITS RCPTMAX=2'],
      textMessage(content, to(...numbered(3))),
      {
        command: 'RCPT TO',
        parameter: 'r3@example.net',
        reply: '550 5.5.3 The submission server takes at most 2 recipients for one message',
      },
    ],
    [
      'more domains than RCPTDOMAINMAX',
      ['LIMITS RCPTDOMAINMAX=1'],
      textMessage(content, to('a@example.net', 'b@EXAMPLE.net', 'c@example.com')),
      {
        command: 'RCPT TO',
        parameter: 'c@example.com',
        reply: '550 5.5.3 The submission server takes at most recipients in 1 domains for one message',
      },
    ],
    [
      'a sender that would be a command',
      ['SMTPUTF8'],
      textMessage(content, { envelope: { from: 'a@example.org>\r\nRCPT TO:<x', to: ['b@example.net'] } }),
      {
        command: 'MAIL FROM',
        parameter: 'a@example.org>\r\nRCPT TO:<x',
        reply: '553 5.1.7 The sender address is not valid',
      },
    ],
    [
      'a recipient that would be a parameter',
      ['SMTPUTF8'],
      textMessage(content, to('b@example.net', 'c@example.net> NOTIFY=NEVER')),
      {
        command: 'RCPT TO',
        parameter: 'c@example.net> NOTIFY=NEVER',
        reply: '553 5.1.3 The recipient address is not valid',
      },
    ],
    [
      'a local part that only SMTPUTF8 can carry',
      [],
      textMessage(content, to('jürgen@example.net')),
      {
        command: 'RCPT TO',
        parameter: 'jürgen@example.net',
        reply: '553 5.6.7 The submission server does not take non-ASCII addresses',
      },
    ],
  ];
  for (const [name, extensions, message, refusal] of table) {
    it(name, async (test) => {
      const { peer, submit } = await submissionBench(test, extensions);
      assert.deepEqual(await submit(message), { kind: 'refused', refusal });
      assert.deepEqual(peer.lines, ['EHLO proxy.test']);
      assert.equal((await submit(textMessage('', to('dave@example.org')))).kind, 'accepted');
      assert.equal(peer.connections, 1, 'the connection is as good as before');
    });
  }

  it('a message at the limits goes out, and quoted local parts may hold anything printable', async (test) => {
    const { peer, submit } = await submissionBench(test, ['SIZE 25', 'LIMITS RCPTMAX=2 RCPTDOMAINMAX=2']);
    const message = textMessage(content, to('"a > b\\" c"@example.net', 'd@example.com'));
    assert.equal((await submit(message)).kind, 'accepted');
    assert.ok(peer.lines.includes('RCPT TO:<"a > b\\" c"@example.net>'));
  });
});
