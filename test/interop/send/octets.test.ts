import assert from 'node:assert/strict';
import { test } from 'node:test';
import { append, selectNew, succeed } from './mailbox.js';
import { onEachUpstream } from './setting.js';

interface Row {
  readonly what: string;
  readonly stored: string;
  readonly transmitted: string;
  /** Of the MAIL command. */
  readonly parameters?: string;
  readonly recipients?: readonly string[];
}

const head = 'From: anna@example.org\r\nTo: bob@example.com\r\n';
const same = (what: string, text: string, parameters = ''): Row => ({
  what,
  stored: text,
  transmitted: text,
  parameters,
});

const rows: readonly Row[] = [
  same('a plain message', `${head}Subject: plain\r\n\r\nHello.\r\n`),
  same('a body of no octets', `${head}\r\n`),
  same('a header without its empty line', head),
  same('leading dots', `${head}\r\n.\r\n..\r\n.a\r\n...\r\n\r\n.\r\n`),
  same('a dot alone', `${head}\r\n.\r\n`),
  same('every octet from 128 on', `${head}\r\n${upperHalf()}\r\n`, 'BODY=8BITMIME'),
  same('a line of 20000 octets', `${head}\r\n${'x'.repeat(20_000)}\r\n`),
  same('SMTP commands in the body', `${head}\r\n\r\nRSET\r\nMAIL FROM:<eve@example.com>\r\nQUIT\r\n`),
  same('IMAP in the body', `${head}\r\n)\r\nx OK FETCH completed\r\n* BYE\r\n{100}\r\n`),
  { what: 'no final CRLF', stored: `${head}\r\nend`, transmitted: `${head}\r\nend\r\n` },
  { what: 'bare LF', stored: `${head}\r\na\nb\n.\nc\n`, transmitted: `${head}\r\na\r\nb\r\n.\r\nc\r\n` },
  { what: 'bare CR', stored: `${head}\r\na\rb\r.\r\nc`, transmitted: `${head}\r\na\r\nb\r\n.\r\nc\r\n` },
  {
    what: 'Bcc fields in every spelling',
    stored: `BCC: x@example.com\r\n${head}bcc:\r\n\t"Y, {5}" <y@example.com>,\r\n z@example.com\r\nX-Bcc: kept\r\nBcc:\r\n\r\nBcc: kept\r\n`,
    transmitted: `${head}X-Bcc: kept\r\n\r\nBcc: kept\r\n`,
    recipients: ['bob@example.com', 'x@example.com', 'y@example.com', 'z@example.com'],
  },
  {
    what: 'Resent-Bcc',
    stored: `Resent-Date: Thu, 1 Feb 2024 10:00:00 +0000\r\nResent-From: anna@example.org\r\nResent-Bcc: x@example.com\r\n${head}\r\nx\r\n`,
    transmitted: `Resent-Date: Thu, 1 Feb 2024 10:00:00 +0000\r\nResent-From: anna@example.org\r\n${head}\r\nx\r\n`,
    recipients: ['x@example.com'],
  },
  {
    what: 'a message too large for memory',
    stored: `${head}Bcc: x@example.com\r\n\r\n${'0123456789abcdef\r\n.\r\n'.repeat(100_000)}`,
    transmitted: `${head}\r\n${'0123456789abcdef\r\n.\r\n'.repeat(100_000)}`,
    recipients: ['bob@example.com', 'x@example.com'],
  },
];

function upperHalf(): string {
  return String.fromCharCode(...Array.from({ length: 128 }, (_, at) => 128 + at));
}

onEachUpstream('what is transmitted', {}, (setting, upstream) => {
  for (const { what, stored, transmitted, parameters, recipients } of rows) {
    test(what, async () => {
      const { sink } = setting();
      const wire = await setting().client();
      await selectNew(wire, stored);
      const before = sink.messages.length;
      assert.equal(await wire.command('a', 'SEND 1'), '* 1 SEND (1 OK NIL)\r\na OK SEND completed\r\n');
      const arrived = sink.messages.slice(before);
      const [content] = arrived.map((message) => message.content);
      if (content?.length !== transmitted.length) assert.fail(`${content?.length} octets arrived`);
      assert.ok(content.equals(Buffer.from(transmitted, 'latin1')));
      assert.deepEqual(
        arrived.map(({ mailFrom, recipients: to, parameters: given }) => ({ mailFrom, to, given })),
        [{ mailFrom: 'anna@example.org', to: recipients ?? ['bob@example.com'], given: parameters ?? '' }],
      );
    });
  }

  test('the stored message stays as it is', async () => {
    const wire = await setting().client();
    const stored = `${head}Bcc: x@example.com\r\n\r\n.dot\r\n`;
    await selectNew(wire, stored);
    await succeed(wire, 'SEND 1');
    assert.ok((await succeed(wire, 'FETCH 1 BODY.PEEK[]')).includes(`{${stored.length}}\r\n${stored})`));
  });

  // Dovecot stores another octet in its place.
  if (upstream === 'Cyrus') {
    test('NUL is refused', async () => {
      const { sink } = setting();
      const wire = await setting().client();
      const mailbox = await selectNew(wire);
      await append(wire, mailbox, `${head}\r\na\0b\r\n`);
      const before = sink.messages.length;
      const answer = await wire.command('a', 'SEND 1');
      assert.match(answer, /^\* 1 SEND \(1 NO \("DATA" "" "554 5\.6\.0 [^"]*NUL[^"]*"\)\)\r\n/m);
      assert.equal(sink.messages.length, before);
    });
  }
});
