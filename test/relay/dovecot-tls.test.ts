import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { certificates } from '../support/certs.js';
import { type Dovecot, startDovecot } from '../support/dovecot.js';
import { startProxy } from '../support/proxy.js';
import { Wire } from '../support/wire.js';
import { closedSessions, type Flags } from './session.js';

const { ca, server, untrusted } = await certificates();

describe('Dovecot that takes no password without TLS', () => {
  let dovecot: Dovecot;

  before(async () => {
    dovecot = await startDovecot({ tls: server, requireTls: true });
  });

  after(() => dovecot?.stop());

  const imap = (): string => `imap://127.0.0.1:${dovecot.port}`;
  const imaps = (): string => `imaps://127.0.0.1:${dovecot.tlsPort}`;
  const trusting = { 'upstream-ca': ca.certFile };
  const mistaken = { 'upstream-ca': untrusted.certFile };

  /** What the answer to a login through the proxy begins with. */
  async function logIn(t: { after(cleanUp: () => Promise<void>): void }, flags: Flags): Promise<string> {
    const proxy = await startProxy({ 'submission-auth': 'none', ...flags });
    t.after(() => proxy.stop());
    const client = await Wire.connect(proxy.port);
    const greeting = await client.line();
    if (greeting.startsWith('* BYE')) {
      client.end();
      return (await closedSessions(proxy))[0]?.cause ?? '';
    }
    assert.match(greeting, /^\* OK \[CAPABILITY IMAP4rev1 [^\]]*AUTH=PLAIN[^\]]* SEND\] /);
    assert.doesNotMatch(greeting, /STARTTLS|LOGINDISABLED/);
    const answer = await client.command('a', `LOGIN ${dovecot.user} "${dovecot.password}"`);
    client.send('b LOGOUT\r\n');
    await client.answer('b');
    client.close();
    return answer;
  }

  test('imaps://', async (t) => {
    assert.match(await logIn(t, { upstream: imaps(), ...trusting }), /^a OK /m);
  });

  test('imaps:// with a certificate of nobody we trust', async (t) => {
    assert.match(await logIn(t, { upstream: imaps(), ...mistaken }), /^error tls: /);
  });

  for (const mode of ['require', 'try'] as const) {
    test(`STARTTLS, ${mode}`, async (t) => {
      const flags = { upstream: imap(), 'upstream-starttls': mode, ...trusting };
      assert.match(await logIn(t, flags), /^a OK /m);
    });
    test(`STARTTLS, ${mode}, with a certificate of nobody we trust`, async (t) => {
      const flags = { upstream: imap(), 'upstream-starttls': mode, ...mistaken };
      assert.match(await logIn(t, flags), /^error tls: /);
    });
    test(`STARTTLS, ${mode}, --upstream-insecure`, async (t) => {
      const flags = { upstream: imap(), 'upstream-starttls': mode, 'upstream-insecure': true };
      assert.match(await logIn(t, flags), /^a OK /m);
    });
  }
});

describe('Dovecot without TLS', () => {
  let dovecot: Dovecot;

  before(async () => {
    dovecot = await startDovecot();
  });

  after(() => dovecot?.stop());

  for (const [mode, becomes, answer] of [
    ['never', 'a session', /^a OK /m],
    ['try', 'a session', /^a OK /m],
    ['require', 'BYE', /^\* BYE \[UNAVAILABLE\] /],
  ] as const) {
    test(`STARTTLS, ${mode}: ${becomes}`, async (t) => {
      const proxy = await startProxy({
        'submission-auth': 'none',
        upstream: `imap://127.0.0.1:${dovecot.port}`,
        'upstream-starttls': mode,
      });
      t.after(() => proxy.stop());
      const client = await Wire.connect(proxy.port);
      const greeting = await client.line();
      const got = greeting.startsWith('* BYE')
        ? greeting
        : await client.command('a', `LOGIN ${dovecot.user} "${dovecot.password}"`);
      assert.match(got, answer);
      client.close();
    });
  }
});
