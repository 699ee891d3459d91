import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { simpleParser } from 'mailparser';
import { ensure } from '../../support/packages.js';
import { scratchDirectory } from '../../support/scratch.js';
import { run } from '../clients/program.js';
import { append, succeed } from './mailbox.js';
import { startMeter } from './meter.js';
import { onEachUpstream, password, user } from './setting.js';

const example = fileURLToPath(new URL('../../../../examples/forward-without-download.py', import.meta.url));
const attachment = Buffer.alloc(20_000_000, 'The plans of the house, to scale. \0\xff\r\n', 'latin1');

const received = (): string =>
  [
    'From: bob@example.com',
    'To: anna@example.org',
    'Subject: The plans',
    'Message-ID: <plans@example.com>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="outer"',
    '',
    '--outer',
    'Content-Type: text/plain',
    '',
    'Here they are.',
    '--outer',
    'Content-Type: application/pdf; name="plans.pdf"',
    'Content-Disposition: attachment; filename="plans.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    attachment.toString('base64').replace(/.{76}/g, '$&\r\n'),
    '--outer--',
    '',
  ].join('\r\n');

onEachUpstream('forward without download', {}, (setting) => {
  test('carries on an attachment of 20 MB in a reply while the client uploads less than 4 KB', async () => {
    await ensure('python3');
    const { sink, proxy } = setting();
    const mailbox = await setting().elsewhere();
    await append(mailbox, 'INBOX', received());

    const home = scratchDirectory('forward');
    const meter = await startMeter(proxy.port);
    const args = ['127.0.0.1', String(meter.port), user, '1', 'dave@example.com', 'As promised: ö.'];
    const said = await run({ directory: home.path }, example, args, `${password}\n`).finally(async () => {
      await meter.close();
      await home.remove();
    });
    assert.match(said, /^1 \(1 OK NIL\)\n$/);
    assert.ok(meter.uploaded > 500 && meter.uploaded < 4096, `${meter.uploaded} octets uploaded`);
    assert.ok(meter.downloaded < 8192, `${meter.downloaded} octets downloaded`);

    assert.equal(sink.messages.length, 1);
    const { recipients, content } = sink.messages[0]!;
    assert.deepEqual(recipients, ['dave@example.com']);
    const { subject, inReplyTo, text, attachments } = await simpleParser(content);
    assert.deepEqual([subject, inReplyTo], ['Re: The plans', '<plans@example.com>']);
    assert.equal(text?.trim(), 'As promised: ö.');
    assert.equal(attachments.length, 1);
    const { filename, contentType, content: attached } = attachments[0]!;
    assert.deepEqual([filename, contentType], ['plans.pdf', 'application/pdf']);
    assert.ok(attached.equals(attachment));

    await succeed(mailbox, 'SELECT Sent');
    assert.match(await succeed(mailbox, 'FETCH 1 RFC822.SIZE'), new RegExp(`SIZE ${content.length}\\)`));
  });
});
