import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runChecks } from '../../src/check/run.js';
import { probeTrial } from '../../src/check/trial-probe.js';
import { probeUpstream } from '../../src/check/upstream-probe.js';
import { loadConfig } from '../../src/config/load.js';
import { Secret } from '../../src/secret.js';
import { type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { complaints } from './facts.js';

const user = { name: 'anna "x"', password: new Secret('pass word') };
const never = new AbortController().signal;

interface Cleaning {
  after(cleanUp: () => Promise<void>): void;
}

/** What is found of an upstream that does what `serve` says. */
async function found(t: Cleaning, serve: (peer: PeerConnection) => Promise<void>, signal = never) {
  const peer = await startImapPeer();
  t.after(() => peer.close());
  const config = loadConfig({ upstream: `imap://127.0.0.1:${peer.port}` }, {});
  const [facts] = await Promise.all([probeUpstream(config, user, signal), peer.accept().then(serve)]);
  assert.equal(facts.kind, 'greeted');
  return facts as Extract<typeof facts, { kind: 'greeted' }>;
}

async function greet(peer: PeerConnection, capabilities: string): Promise<void> {
  await peer.send('* OK hello\r\n');
  await peer.expect('C1 CAPABILITY\r\n');
  await peer.send(`* CAPABILITY ${capabilities}\r\nC1 OK done\r\n`);
}

describe('upstream is logged in to', () => {
  test('by LOGIN where there is no PLAIN, and asked again', async (t) => {
    const facts = await found(t, async (peer) => {
      await greet(peer, 'IMAP4rev1');
      await peer.expect('C2 LOGIN "anna \\"x\\"" "pass word"\r\n');
      await peer.send('* 3 EXISTS\r\nC2 OK in\r\n');
      await peer.expect('C4 CAPABILITY\r\n');
      await peer.send('* CAPABILITY IMAP4rev1 UIDONLY\r\nC4 OK done\r\n');
      await peer.expect('C9 LOGOUT\r\n');
    });
    assert.deepEqual(facts.login, { kind: 'accepted', user: user.name, method: 'LOGIN' });
    assert.deepEqual([facts.capabilities, facts.later], [['IMAP4REV1'], ['IMAP4REV1', 'UIDONLY']]);
  });

  test('by PLAIN, whose refusal is told', async (t) => {
    const facts = await found(t, async (peer) => {
      await greet(peer, 'IMAP4rev1 AUTH=PLAIN');
      await peer.expect('C2 AUTHENTICATE PLAIN\r\n');
      await peer.send('+ \r\n');
      await peer.expect(`${Buffer.from('\0anna "x"\0pass word').toString('base64')}\r\n`);
      await peer.send('C2 NO [AUTHENTICATIONFAILED] no\r\n');
      await peer.expect('C9 LOGOUT\r\n');
    });
    assert.deepEqual(facts.login, { kind: 'refused', user: user.name, text: '[AUTHENTICATIONFAILED] no' });
  });

  test('not where it says that it takes no password', async (t) => {
    const facts = await found(t, async (peer) => {
      await greet(peer, 'IMAP4rev1 LOGINDISABLED');
      await peer.expect('C9 LOGOUT\r\n');
    });
    assert.equal(facts.login?.kind, 'refused');
  });

  test('and a connection that is lost meanwhile is no login', async (t) => {
    const facts = await found(t, async (peer) => {
      await greet(peer, 'IMAP4rev1');
      await peer.expect('C2 LOGIN "anna \\"x\\"" "pass word"\r\n');
      peer.reset();
    });
    assert.deepEqual(facts.login, { kind: 'refused', user: user.name, text: 'the connection was lost' });
  });
});

test('an endless greeting is not kept, nor waited for', async (t) => {
  const facts = await found(t, (peer) => peer.send(Buffer.alloc(200_000, 0x61)));
  assert.equal(facts.greeting, '');
});

test('servers that say nothing are given up at the deadline, each with a line', async (t) => {
  const [upstream, submission, redis] = [await startImapPeer(), await startImapPeer(), await startImapPeer()];
  t.after(async () => {
    for (const peer of [upstream, submission, redis]) await peer.close();
  });
  const flags = {
    upstream: `imap://127.0.0.1:${upstream.port}`,
    submission: `smtp://127.0.0.1:${submission.port}`,
    state: `redis://127.0.0.1:${redis.port}`,
    'max-sessions': '100',
  };
  const deadlines = { stepMs: 60_000, serverMs: 300, trialMs: 60_000 };
  const lines = complaints(await runChecks(loadConfig(flags, {}), {}, deadlines));
  assert.deepEqual(
    lines.map((line) => line.split(' ', 2).join(' ')),
    ['- upstream:', '- submission:', '- redis:'],
  );
  for (const line of lines) assert.match(line, /no answer within 0\.3 s/);
});

test('a proxy that says nothing is given up as well', async (t) => {
  const peer = await startImapPeer();
  t.after(() => peer.close());
  const account = {
    host: '127.0.0.1',
    port: peer.port,
    tls: 'none',
    user: 'anna',
    password: user.password,
  } as const;
  const enough = new AbortController();
  const trial = { account, from: 'anna@example.org', to: 'bob@example.org' };
  const probed = probeTrial(trial, enough.signal);
  const connection = await peer.accept();
  await connection.send('* OK [CAPABILITY IMAP4rev1 SEND] ready\r\n');
  await connection.expectLine(/LOGIN|ID|CAPABILITY/);
  enough.abort();
  assert.equal((await probed).kind, 'no-session');
});
