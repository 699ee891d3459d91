import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Ended, runIn } from './run-in.js';
import { withWorld } from './world.js';

describe('sendmail, by that name', () => {
  const world = withWorld();
  const sendmail = (args: readonly string[], input: string, more = {}): Promise<Ended> =>
    runIn(world(), 'sendmail', args, input, more);
  /** A server that nobody is at. */
  const offline = { IMAP_SEND_URL: 'imap://127.0.0.1:1', IMAP_SEND_USER: 'anna', IMAP_SEND_PASSWORD: 'x' };
  const message = (subject: string, to = 'bob@example.com'): string =>
    `From: anna@example.org\nTo: ${to}\nSubject: ${subject}\nMessage-ID: <${subject}@example.org>\nDate: today\n\nhello\n`;

  test('sends once, however often it is called with the same message', async () => {
    const sent = await sendmail(['-v', 'bob@example.com'], message('once'));
    assert.deepEqual([sent.code, sent.out], [0, '']);
    assert.match(sent.err, /^sendmail: sent: UID \d+ in Sent\n$/);
    const again = await sendmail(['-v', '-t'], message('once'));
    assert.match(again.err, /^sendmail: sent before: UID \d+ in Sent\n$/);
    assert.deepEqual(await sendmail(['-t'], message('once')), { code: 0, out: '', err: '' });
    const { arrived, copies } = await world().found('once');
    assert.deepEqual([arrived.length, copies.length], [1, 1]);
  });

  const failures: readonly [args: string[], input: string, code: number, err: RegExp, more?: object][] = [
    [['-bs'], '', 64, /^sendmail: -bs: it takes no SMTP/],
    [['bob@example.com'], '', 65, /^sendmail: no message\n$/],
    [
      ['-t'],
      message('a', 'bob@example.com, eve@example.com'),
      67,
      /^sendmail: refused: RCPT TO eve@example\.com: 550 5\.1\.1 /,
    ],
    [['-t'], message('b').replace('anna@', 'eve@'), 77, /^sendmail: refused: .* 553 5\.7\.1 /],
    [['-t'], message('c'), 75, /^sendmail: no connection to the mail server: /, offline],
    [['-t', '-a', 'work'], message('d'), 78, /^sendmail: no account work in /],
    [['-t'], message('e'), 78, /^sendmail: cannot open Nowhere: /, { IMAP_SEND_MAILBOX: 'Nowhere' }],
    [['-t'], message('f'), 77, /^sendmail: the server refuses the login: /, { IMAP_SEND_PASSWORD: 'wrong' }],
  ];
  for (const [args, input, code, err, more] of failures) {
    test(`${code}: ${err.source}`, async () => {
      const account = {
        IMAP_SEND_URL: `imap://127.0.0.1:${world().proxy.port}`,
        IMAP_SEND_USER: 'anna@example.org',
        IMAP_SEND_PASSWORD: 'anna secret',
      };
      const ended = await sendmail(args, input, { ...(more && { ...account, ...more }) });
      assert.deepEqual([ended.code, ended.out], [code, ''], ended.err);
      assert.match(ended.err, err);
    });
  }

  test('--queue keeps what cannot be sent; -q sends it, and keeps what is refused as failed', async () => {
    const list = () => runIn(world(), 'mailq', []);
    assert.equal((await list()).out, 'Nothing is kept.\n');
    for (const [subject, to] of [
      ['kept', 'bob@example.com'],
      ['failing', 'eve@example.com'],
    ] as const) {
      const { code, err } = await sendmail(['--queue', '-v', '-t'], message(subject, to), offline);
      assert.equal(code, 0);
      assert.match(err, /^sendmail: kept, to be sent by sendmail -q: no connection to the mail server: /);
    }
    const waiting = (await list()).out;
    assert.equal(
      waiting.match(/account environment\n {2}anna@example\.org to (bob|eve)@example\.com\n/g)?.length,
      2,
    );

    const still = await sendmail(['-q'], '', offline);
    assert.equal(still.code, 75);
    assert.equal(still.err.match(/no connection to the mail server/g)?.length, 2);

    const online = {
      IMAP_SEND_URL: `imap://127.0.0.1:${world().proxy.port}`,
      IMAP_SEND_USER: 'anna@example.org',
      IMAP_SEND_PASSWORD: 'anna secret',
    };
    const flushed = await sendmail(['-q', '-v'], '', online);
    assert.equal(flushed.code, 69);
    assert.match(flushed.err, /^sendmail: to bob@example\.com: sent: UID \d+ in Sent\n/);
    assert.match(
      flushed.err,
      /\nsendmail: to eve@example\.com: refused: RCPT TO eve@example\.com: 550 .*\.failed\)\n$/,
    );
    assert.deepEqual(await sendmail(['-q'], '', online), { code: 0, out: '', err: '' });
    assert.match((await list()).out, /will not be sent: refused: RCPT TO eve@example\.com: 550/);
    const { arrived, copies } = await world().found('kept');
    assert.deepEqual([arrived.length, copies.length], [1, 1]);
    assert.deepEqual(await world().found('failing'), { arrived: [], copies: [] });
  });

  test('-q and -bp are not held up by a damaged file', async () => {
    const spool = join(world().home, '.local/state/imap-send-proxy/spool');
    await mkdir(spool, { recursive: true });
    await writeFile(join(spool, '0.msg'), 'damaged\n');
    assert.equal((await sendmail(['--queue', '-t'], message('behind'), offline)).code, 0);
    const flushed = await sendmail(['-q'], '', {
      IMAP_SEND_URL: `imap://127.0.0.1:${world().proxy.port}`,
      IMAP_SEND_USER: 'anna@example.org',
      IMAP_SEND_PASSWORD: 'anna secret',
    });
    assert.equal(flushed.code, 69, flushed.err);
    assert.match(flushed.err, /^sendmail: .*: the first line of its file is damaged \(.*0\.failed\)\n/);
    const { out } = await runIn(world(), 'mailq', []);
    assert.match(out, /0\.failed\n {2}will not be sent: the first line of its file is damaged\n/);
    assert.equal((await world().found('behind')).arrived.length, 1);
  });

  test('as cron calls it, with the account file that docs/clients.md has for a machine', async () => {
    const { home, snippet } = world();
    const file = join(home, 'machine.yaml');
    const text = snippet('cron-yaml').replaceAll('machine@example.org', 'anna@example.org');
    await writeFile(file, text, { mode: 0o600 });
    await writeFile(join(home, '.mail-password'), 'anna secret\n', { mode: 0o600 });
    const input =
      'From: root (Cron Daemon)\nTo: root\nSubject: Cron <root@host> true\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nX-Cron-Env: <SHELL=/bin/sh>\n\nhello\n';
    const args = ['-FCronDaemon', '-i', '-B8BITMIME', '-oem', '-C', file, 'root'];
    assert.deepEqual(await sendmail(args, input), { code: 0, out: '', err: '' });
    const { arrived, copies } = await world().found('Cron <root@host> true');
    const [mail] = arrived;
    assert.deepEqual([arrived.length, copies.length], [1, 1]);
    assert.deepEqual([mail?.sender, mail?.recipient], ['anna@example.org', 'anna@example.org']);
    assert.match(
      String(mail?.content),
      /^From: anna@example\.org \(Cron Daemon\)\r\nTo: anna@example\.org\r$/m,
    );
  });

  test('Python, as in docs/clients.md', async () => {
    const { home, proxy, snippet } = world();
    const use = snippet('python-use')
      .replace("SendingIMAP('mail.example.org')", `Plain('127.0.0.1', ${proxy.port})`)
      .replace(', password', ", 'anna secret'");
    // Without TLS, which nothing here has: the same class on the other of imaplib's two.
    const script = `${snippet('python')}
class Plain(imaplib.IMAP4):
    append_and_send = SendingIMAP.append_and_send

import sys
message = sys.stdin.buffer.read()
${use}`;
    const file = join(home, 'send.py');
    await writeFile(file, script);
    const python = (subject: string, to: string) =>
      runIn(world(), '/usr/bin/python3', [file], message(subject, to).replaceAll('\n', '\r\n'));
    const sent = await python('python', 'bob@example.com');
    assert.match(sent.out, /^OK \[b'\d+ \(\d+ OK NIL\)'\]\n$/, sent.err);
    const refused = await python('no', 'eve@example.com');
    assert.match(refused.out, /^NO \[b'\d+ \(\d+ NO \("RCPT TO" "eve@example\.com" "550 /, refused.err);
    // No line for a message, only the answer to the command: imaplib has [None] for the former.
    const uid = "def uid(self, *_): return 'NO', [b'[NOPERM] never']";
    await writeFile(file, script.replace('\nclass Plain(imaplib.IMAP4):', `$&\n    ${uid}`));
    const barred = await python('barred', 'bob@example.com');
    assert.equal(barred.out, "NO [b'[NOPERM] never']\n", barred.err);
    const { arrived, copies } = await world().found('python');
    assert.deepEqual([arrived.length, copies.length], [1, 1]);
  });

  test('--help says what there is, and `imap-send-proxy --help` that there is this', async () => {
    const { code, out } = await sendmail(['--help'], '');
    assert.equal(code, 0);
    assert.match(out, /^imap-send-proxy sendmail \[OPTIONS\] \[RECIPIENTS\]\n/);
    assert.match(
      (await runIn(world(), 'imap-send-proxy', ['--help'])).out,
      /imap-send-proxy sendmail \[recipients\.\.\]/,
    );
  });
});
