import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PASSWORD_VARIABLE } from '../../src/cli/connection-options.js';
import { startCutter } from '../client/cut.js';
import { contents, messageTo, withSetting } from '../client/setting.js';
import { createStall } from '../interop/send/stalling-sink.js';
import { certificates } from '../support/certs.js';
import { startProxy } from '../support/proxy.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';
import { type Ended, runProgram, startProgram } from './program.js';

const { ca, server, untrusted } = await certificates();
const stall = createStall();
const refusals: Record<string, string> = {
  'eve@example.com': '550 5.1.1 No "Eve" here',
  'full@example.com': '452 4.2.2 Mailbox full',
};

describe('send', () => {
  const setting = withSetting(
    { ...stall.options, onRecipient: (address) => refusals[address] },
    {
      listen: ['imap://127.0.0.1:0', 'imaps://127.0.0.1:0'],
      'tls-cert': server.certFile,
      'tls-key': server.keyFile,
      'allow-plaintext': 'true',
    },
  );
  let files: Scratch;
  before(() => {
    files = scratchDirectory('send');
  });
  after(() => files.remove());

  /** The arguments, for the server behind that port. */
  const command = (args: readonly string[], port = setting().proxy.port): string[] => [
    'send',
    `--server=imap://127.0.0.1:${port}`,
    `--user=${setting().server.user}`,
    ...args,
  ];
  const environment = () => ({ [PASSWORD_VARIABLE]: setting().server.password });
  const run = (args: readonly string[], port?: number): Promise<Ended> =>
    runProgram(command(args, port), environment());

  async function file(name: string, text: string): Promise<string> {
    const path = join(files.path, name);
    await writeFile(path, text);
    return path;
  }

  /** A new mailbox, and what has arrived since. */
  async function fresh(name: string) {
    const observer = await setting().client();
    await observer.mailboxCreate(name);
    const from = setting().sink.messages.length;
    const arrived = () => setting().sink.messages.slice(from);
    return { arrived, contents: () => contents(observer, name), observer };
  }

  test('appends to the mailbox for sent messages, one line for each, and is safe to repeat', async () => {
    const observer = await setting().client();
    const from = setting().sink.messages.length;
    const message = messageTo('bob@example.com');
    const paths = [
      await file('bob.eml', message.replaceAll('\r\n', '\n')),
      await file('eve.eml', messageTo('eve@example.com')),
      await file('full.eml', messageTo('full@example.com')),
      await file('nul.eml', messageTo('bob@example.com', '\0')),
      join(files.path, 'absent.eml'),
    ];
    const [bob, eve, full, nul, absent] = paths;
    const lines = (sent: string, kinds: string) => [
      `deferred    ${full}: RCPT TO full@example.com: 452 4.2.2 Mailbox full`,
      kinds,
      `refused     ${eve}: RCPT TO eve@example.com: 550 5.1.1 No "Eve" here`,
      `${sent.padEnd(11)} ${bob}`,
      `unusable    ${absent}: no such file`,
      `unusable    ${nul}: contains NUL octets, which mail cannot have`,
    ];
    for (const [sent, counts] of [
      ['sent', '1 sent, 1 refused, 1 deferred, 2 unusable'],
      ['sent-before', '1 sent-before, 1 refused, 1 deferred, 2 unusable'],
    ] as const) {
      const { code, out, err } = await run(paths);
      assert.deepEqual([code, err], [75, '']);
      const printed = out.trimEnd().split('\n');
      assert.equal(printed.at(-1), counts);
      assert.deepEqual(printed.sort(), lines(sent, counts).sort());
    }
    assert.deepEqual(
      setting()
        .sink.messages.slice(from)
        .map(({ content }) => content.toString()),
      [message],
    );
    assert.deepEqual(Object.values(await contents(observer, 'Sent')), [
      ['$Submitted', '\\Seen'],
      ['$SubmitPending', '\\Seen'],
    ]);
  });

  test('--json: an object for each, and one at the end', async () => {
    await fresh('json');
    const paths = [
      await file('j1.eml', messageTo('bob@example.com')),
      await file('j2.eml', messageTo('eve@example.com')),
      await file('j3.eml', ''),
    ];
    const { code, out } = await run(['--json', '--mailbox=json', ...paths]);
    const objects = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const [empty, sent, refused, end] = objects;
    assert.deepEqual(empty, { source: paths[2], outcome: 'unusable', text: 'empty' });
    assert.deepEqual(sent, { source: paths[0], outcome: 'sent', uid: 1, mailbox: 'json' });
    assert.deepEqual(refused, {
      source: paths[1],
      outcome: 'refused',
      uid: 2,
      mailbox: 'json',
      command: 'RCPT TO',
      parameter: 'eve@example.com',
      reply: { code: 550, enhancedCode: '5.1.1', text: 'No "Eve" here' },
    });
    const { done, exitCode, counts } = end;
    assert.deepEqual(
      [done, exitCode, code, counts.sent, counts.refused, counts.unusable],
      [true, 1, 1, 1, 1, 1],
    );
  });

  test('--uid sends what is there; once more only with --again', async () => {
    const { observer, arrived } = await fresh('uids');
    for (const name of ['bob', 'carol'])
      await observer.append('uids', messageTo(`${name}@example.com`), ['\\Draft']);
    const uids = (set: string, ...more: string[]) => run([`--uid=${set}`, '--mailbox=uids', ...more]);
    const first = await uids('1:*');
    assert.deepEqual([first.code, first.out], [0, 'sent        UID 1\nsent        UID 2\n2 sent\n']);
    const second = await uids('2,7');
    assert.deepEqual(
      [second.code, second.out],
      [1, 'sent-before UID 2\ngone        UID 7: not in uids\n1 sent-before, 1 gone\n'],
    );
    assert.equal(arrived().length, 2);
    assert.equal((await uids('2', '--again')).out, 'sent        UID 2\n1 sent\n');
    assert.equal(arrived().length, 3);
  });

  test('what another program put there is not sent: exit code 3, and how to send it', async () => {
    const { observer, arrived } = await fresh('theirs');
    const message = messageTo('bob@example.com');
    await observer.append('theirs', message, ['\\Seen']);
    const path = await file('theirs.eml', message);
    const { code, out } = await run([path, '--mailbox=theirs']);
    const line = `unmarked    ${path}: is in theirs already, and may have been sent. To send it: --uid 1 --mailbox theirs`;
    assert.deepEqual([code, out], [3, `${line}\n1 unmarked\n`]);
    assert.equal(arrived().length, 0);
    assert.equal((await run(['--uid=1', '--mailbox=theirs'])).code, 0);
    assert.equal((await run([path, '--mailbox=theirs'])).out, `sent-before ${path}\n1 sent-before\n`);
    assert.equal(arrived().length, 1);
  });

  test('over TLS, with the login in a netrc; not with a certificate of a stranger', async () => {
    const { user, password } = setting().server;
    const netrc = await file('netrc', `machine 127.0.0.1 login ${user} password "${password}"\n`);
    const [, port] = setting().proxy.ports;
    const args = [`--server=imaps://127.0.0.1:${port}`, `--netrc=${netrc}`, '--uid=9', '--mailbox=Drafts'];
    const codeWith = async (trust: string) => (await runProgram(['send', ...args, trust])).code;
    assert.equal(await codeWith(`--ca=${ca.certFile}`), 1);
    assert.equal(await codeWith('--insecure'), 1);
    assert.equal(await codeWith(`--ca=${untrusted.certFile}`), 75);
  });

  const wrong: readonly [
    what: string,
    port: () => number,
    variable: string | undefined,
    code: number,
    words: RegExp,
  ][] = [
    ['a server without SEND', () => setting().server.port, undefined, 2, /the server does not offer SEND$/],
    ['a wrong password', () => setting().proxy.port, 'wrong', 2, /the server refuses the login: /],
    ['no server', () => 1, undefined, 75, /no connection to the mail server: .*ECONNREFUSED/],
  ];
  for (const [what, port, password, expected, words] of wrong) {
    test(`${what}: exit code ${expected}`, async () => {
      const variables = password === undefined ? environment() : { [PASSWORD_VARIABLE]: password };
      const { code, out, err } = await runProgram(command(['a.eml'], port()), variables);
      assert.equal(code, expected);
      assert.match(`${out}${err}`.trimEnd(), words);
    });
  }

  test('no such mailbox: exit code 2', async () => {
    const { code, err } = await run(['a.eml', '--mailbox=nowhere']);
    assert.equal(code, 2);
    assert.match(err, /^imap-send-proxy: cannot open nowhere: /);
  });

  test('a lost connection: exit code 75, and the next run does the rest', async (context) => {
    const { arrived } = await fresh('lost');
    const path = await file('lost.eml', messageTo('bob@example.com'));
    const cutter = await startCutter(setting().proxy.port);
    context.after(() => cutter.close());
    // In the first login, in the second, and where the mailbox is opened and the message appended.
    for (const chunks of [5, 20, 30, 40]) {
      cutter.cutAfter(chunks, 'end');
      const { code, out, err } = await run([path, '--mailbox=lost'], cutter.port);
      assert.ok(cutter.mend());
      assert.deepEqual([code, err], [75, ''], `after ${chunks} chunks`);
      assert.match(out, /: the same command again does the rest$/m);
    }
    assert.equal((await run([path, '--mailbox=lost'])).code, 0);
    assert.equal(arrived().length, 1);
  });

  test('SIGTERM: finishes what is under way, says so, and the next run does the rest', async () => {
    const { arrived, contents } = await fresh('stopped');
    const messages = Array.from({ length: 18 }, () => messageTo('bob@example.com'));
    const paths = await Promise.all(messages.map((message, index) => file(`stop-${index}.eml`, message)));
    const end = stall.begin();
    const { child, ended } = startProgram(command([...paths, '--mailbox=stopped']), environment());
    await stall.waiting(1);
    child.kill('SIGTERM');
    await once(child.stderr, 'data');
    end();
    const { code, out, err } = await ended;
    assert.equal(code, 130);
    assert.match(out, /^16 sent; stopped by SIGTERM: the same command again does the rest$/m);
    assert.match(err, /^SIGTERM: stopping when the messages under way are done/);
    assert.equal(arrived().length, 16);
    const again = await run([...paths, '--mailbox=stopped']);
    assert.deepEqual([again.code, again.out.trimEnd().split('\n').at(-1)], [0, '2 sent, 16 sent-before']);
    assert.equal(arrived().length, 18);
    assert.equal(Object.keys(await contents()).length, 18);
  });

  test('output that nobody reads: sends no further message, exit code 75', async () => {
    const { arrived } = await fresh('unread');
    const paths = [join(files.path, 'absent.eml'), await file('unread.eml', messageTo('bob@example.com'))];
    const { child, ended } = startProgram(command([...paths, '--mailbox=unread']), environment());
    child.stdout.destroy();
    const [[code]] = await Promise.all([once(child, 'close'), ended.catch(() => {})]);
    assert.deepEqual([code, arrived().length], [75, 0]);
    assert.equal((await run([...paths, '--mailbox=unread'])).code, 1);
    assert.equal(arrived().length, 1);
  });

  test('killed again and again, stores and sends each message once', async (context) => {
    const { arrived, contents } = await fresh('killed');
    const messages = Array.from({ length: 4 }, () => messageTo('bob@example.com'));
    const box = messages.map(
      (message) => `From a Mon Nov 23 21:22:34 2026\n${message.replaceAll('\r\n', '\n')}\n`,
    );
    const args = [await file('killed.mbox', box.join('')), '--mailbox=killed'];
    const cutter = await startCutter(setting().proxy.port);
    context.after(() => cutter.close());
    let kills = 0;
    // Segments of both sessions: the login takes some fifty of them, each step of the work a few more.
    for (const chunks of [30, 44, 52, 60, 66, 58]) {
      const { child, ended } = startProgram(command(args, cutter.port), environment());
      cutter.onceAfter(chunks, () => child.kill('SIGKILL'));
      if ((await ended).code === null) kills++;
    }
    const { code, out } = await run(args);
    assert.equal(code, 0, out);
    assert.ok(kills >= 2, `${kills} kills`);
    assert.deepEqual(
      arrived()
        .map(({ content }) => content.toString())
        .sort(),
      [...messages].sort(),
    );
    assert.deepEqual(Object.values(await contents()), Array(4).fill(['$Submitted', '\\Seen']));
  });

  test('a submission server that is lost after the dot: unknown, and never sent by itself', async (context) => {
    const { arrived, contents } = await fresh('unknown');
    const path = await file('unknown.eml', messageTo('bob@example.com'));
    const submission = await startCutter(setting().sink.port);
    const proxy = await startProxy({
      upstream: `imap://127.0.0.1:${setting().server.port}`,
      submission: `smtp://127.0.0.1:${submission.port}`,
      'submission-auth': 'none',
      'sender-policy': 'submission',
    });
    context.after(() => proxy.stop());
    const end = stall.begin();
    const first = run([path, '--mailbox=unknown'], proxy.port);
    await stall.waiting(1);
    await submission.close();
    const { code, out } = await first;
    end();
    assert.equal(code, 3, out);
    const line = /^unknown {5}.*: DATA: 451 4\.4\.2 .* To send it all the same: --uid 1 --mailbox unknown$/m;
    assert.match(out, line);
    assert.deepEqual(await contents(), { 1: ['\\Seen'] });
    const again = await run([path, '--mailbox=unknown'], proxy.port);
    assert.deepEqual([again.code, again.out.split(' ')[0]], [3, 'unmarked']);
    assert.ok(arrived().length <= 1);
  });
});
