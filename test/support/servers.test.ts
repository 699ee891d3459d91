import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import { Redis } from 'ioredis';
import { createTransport } from 'nodemailer';
import { type Certificates, certificates } from './certs.js';
import { type Cyrus, startCyrus } from './cyrus.js';
import { type Dovecot, startDovecot } from './dovecot.js';
import { processesOfRun } from './leftovers.js';
import { runMarker } from './marker.js';
import { type Postfix, type PostfixOptions, startPostfix } from './postfix.js';
import { processesOfGroup } from './process-group.js';
import { startRedis } from './redis.js';
import { scratchDirectory } from './scratch.js';
import type { Service } from './service.js';

let certs: Certificates;
before(async () => {
  certs = await certificates();
});

async function withImap<T>(
  server: Pick<Dovecot | Cyrus, 'port' | 'user' | 'password'>,
  options: Partial<ImapFlowOptions>,
  use: (client: ImapFlow) => Promise<T>,
): Promise<T> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: server.port,
    secure: false,
    tls: { ca: certs.ca.cert, servername: 'localhost' },
    auth: { user: server.user, pass: server.password },
    logger: false,
    ...options,
  });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.logout();
  }
}

async function sourcesOf(client: ImapFlow, mailbox: string): Promise<string[]> {
  await client.mailboxOpen(mailbox);
  const messages = await client.fetchAll('1:*', { source: true });
  return messages.map(({ source }) => source?.toString('latin1') ?? '');
}

const message = 'Subject: one\r\n\r\n.a dot\r\n';

for (const [name, start] of [
  ['Dovecot', startDovecot],
  ['Cyrus', startCyrus],
] as const) {
  describe(name, () => {
    let server: Dovecot | Cyrus;
    before(async () => {
      server = await start({ tls: certs.server });
    });
    after(() => server.stop());

    test('keeps an appended message as it is', async () => {
      const sources = await withImap(server, {}, async (client) => {
        await client.append('INBOX', message);
        return sourcesOf(client, 'INBOX');
      });
      assert.deepEqual(sources, [message]);
    });

    test('takes plain-text logins, STARTTLS and TLS from the start', async () => {
      const isSecure = async (client: ImapFlow) => client.secureConnection;
      const port = server.tlsPort ?? 0;
      assert.equal(await withImap(server, { doSTARTTLS: false }, isSecure), false);
      assert.equal(await withImap(server, { doSTARTTLS: true }, isSecure), true);
      assert.equal(await withImap(server, { port, secure: true }, isSecure), true);
    });

    test('refuses a wrong password', async () => {
      const login = withImap({ ...server, port: server.port, password: 'wrong' }, {}, async () => {});
      await assert.rejects(login, { authenticationFailed: true });
    });

    test('marks the folder Sent', async () => {
      const folders = await withImap(server, {}, (client) => client.list());
      assert.equal(folders.find(({ path }) => path === 'Sent')?.specialUse, '\\Sent');
    });

    test('keeps the mail when it is killed and started again', async () => {
      await server.kill();
      await assert.rejects(
        withImap(server, {}, async () => {}),
        { code: 'ECONNREFUSED' },
      );
      await server.restart();
      assert.deepEqual(await withImap(server, {}, (client) => sourcesOf(client, 'INBOX')), [message]);
    });
  });
}

test('Dovecot gives delivered messages UIDs in order, and makes their folder', async (t) => {
  const dovecot = await startDovecot();
  t.after(() => dovecot.stop());
  const messages = Array.from({ length: 12 }, (_, index) => `Subject: ${index}\r\n\r\n`);
  for (const each of messages) await dovecot.deliver(dovecot.user, 'Work/2024', each);
  assert.deepEqual(await withImap(dovecot, {}, (client) => sourcesOf(client, 'Work/2024')), messages);
});

test('Dovecot takes tokens, and a hundred sessions of one user', async (t) => {
  const account = { user: 'bob@example.org', password: 'a "strange\\ :one', token: 'token of bob' };
  const dovecot = await startDovecot({ oauth: true, accounts: [account] });
  t.after(() => dovecot.stop());
  const login = (auth: ImapFlowOptions['auth']) => withImap(dovecot, { auth }, (client) => client.noop());
  await login({ user: account.user, accessToken: account.token });
  await assert.rejects(login({ user: account.user, accessToken: 'expired' }), { authenticationFailed: true });
  await Promise.all(Array.from({ length: 100 }, () => login({ user: account.user, pass: account.password })));
});

test('Dovecot takes other capabilities and more configuration', async (t) => {
  const dovecot = await startDovecot({ capability: '+XFIRST', extra: 'login_greeting = Other words.' });
  t.after(() => dovecot.stop());
  const greeting = await withImap(dovecot, {}, async (client) => {
    assert.ok(client.capabilities.has('XFIRST'));
    return client.greeting;
  });
  assert.match(String(greeting), /Other words\./);
});

interface Submission {
  readonly port?: number;
  readonly secure?: boolean;
  readonly auth?: object;
  readonly from?: string;
}

async function submit(postfix: Postfix, submission: Submission = {}) {
  const transport = createTransport({
    host: '127.0.0.1',
    port: postfix.port,
    auth: { user: postfix.user, pass: postfix.password },
    tls: { ca: certs.ca.cert, servername: 'localhost' },
    ...submission,
  });
  const envelope = {
    from: submission.from ?? 'anna@example.org',
    to: ['bob@example.com', 'eve@example.com'],
  };
  return transport.sendMail({ envelope, raw: `Bcc: eve@example.com\r\n${message}` });
}

describe('Postfix', () => {
  const start = async (t: { after(end: () => Promise<void>): void }, options: PostfixOptions) => {
    const postfix = await startPostfix(options);
    t.after(() => postfix.stop());
    return postfix;
  };

  test('delivers what it took, and refuses a recipient', async (t) => {
    const postfix = await start(t, { refuse: { 'eve@example.com': '550 5.1.1 User not found' } });
    const { accepted, rejectedErrors } = await submit(postfix);
    assert.deepEqual(accepted, ['bob@example.com']);
    assert.match(String(rejectedErrors?.[0]?.response), /^550 5\.1\.1 .*User not found$/);
    assert.deepEqual(await postfix.deliveries(), [
      {
        sender: 'anna@example.org',
        recipient: 'bob@example.com',
        content: `Bcc: eve@example.com\r\n${message}`,
      },
    ]);
  });

  test('wants a login, with TLS if told so', async (t) => {
    const postfix = await start(t, { tls: certs.server, requireTls: true });
    await assert.rejects(submit(postfix, { auth: { user: postfix.user, pass: 'wrong' } }), { code: 'EAUTH' });
    await submit(postfix);
    await submit(postfix, { port: postfix.tlsPort ?? 0, secure: true });
    assert.equal((await postfix.deliveries()).length, 4);
  });

  test('refuses a sender that is not the login', async (t) => {
    const postfix = await start(t, { senderMustBeLogin: true });
    await submit(postfix);
    await assert.rejects(submit(postfix, { from: 'eve@example.org' }), { responseCode: 553 });
  });

  test('asks a Dovecot who may submit', async (t) => {
    const account = { user: 'anna@example.org', password: 'anna secret', token: 'token of anna' };
    const dovecot = await startDovecot({ oauth: true, accounts: [account] });
    t.after(() => dovecot.stop());
    const postfix = await start(t, { auth: dovecot });
    await submit(postfix, { auth: { user: account.user, pass: account.password } });
    await submit(postfix, { auth: { type: 'OAuth2', user: account.user, accessToken: account.token } });
    assert.equal((await postfix.deliveries()).length, 4);
  });
});

test('Redis answers, with password and TLS, and again after it was killed', async (t) => {
  const redis = await startRedis({ tls: certs.server, password: 'a "strange\\ one' });
  t.after(() => redis.stop());
  const ping = async () => {
    const client = new Redis(redis.url, { tls: { ca: certs.ca.cert, servername: 'localhost' } });
    try {
      return await client.ping();
    } finally {
      client.disconnect();
    }
  };
  assert.equal(await ping(), 'PONG');
  await redis.kill();
  await redis.restart();
  assert.equal(await ping(), 'PONG');
});

test('all processes of a server are known to belong to the run, and end with it', async (t) => {
  const directory = scratchDirectory('one-run');
  const own = { TMPDIR: process.env['TMPDIR'], [runMarker]: process.env[runMarker] };
  t.after(async () => {
    for (const [name, value] of Object.entries(own)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await directory.remove();
  });
  Object.assign(process.env, { TMPDIR: directory.path, [runMarker]: 'one run' });

  for (const start of [startDovecot, startCyrus, startPostfix, startRedis]) {
    const server: Service = await start();
    const look = () => ({
      found: processesOfRun('one run', directory.path).map(({ pid }) => pid),
      members: processesOfGroup(server.pid),
    });
    // It may be starting processes yet, also between one look and the other.
    let { found, members } = look();
    const deadline = Date.now() + 60_000;
    while (String(found.toSorted()) !== String(members.toSorted()) && Date.now() < deadline) {
      await delay(20);
      ({ found, members } = look());
    }
    await server.stop();
    assert.ok(members.length > 0, start.name);
    assert.deepEqual(found.toSorted(), members.toSorted(), start.name);
    assert.deepEqual(processesOfRun('one run', directory.path), [], start.name);
  }
});
