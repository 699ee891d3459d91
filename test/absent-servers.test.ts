import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { messageTo, selectNew } from './interop/send/mailbox.js';
import { type Served, startServed } from './relay/served.js';
import { type Dovecot, startDovecot } from './support/dovecot.js';
import { type Postfix, startPostfix } from './support/postfix.js';
import { type Redis, startRedis } from './support/redis.js';
import { Wire } from './support/wire.js';
import { until } from './workers/crew.js';

let dovecot: Dovecot;
let postfix: Postfix;
let redis: Redis;

before(async () => {
  [dovecot, postfix, redis] = await Promise.all([startDovecot(), startPostfix(), startRedis()]);
});
after(async () => {
  await Promise.all([dovecot.stop(), postfix.stop(), redis.stop()]);
});

const UNREACHABLE = /^\* BYE \[UNAVAILABLE\] the mail server cannot be reached \(session [\w-]+\)$/;

/** One session; what it answers to SEND of a new message. */
async function send(served: Served): Promise<string> {
  const wire = await Wire.connect(served.port);
  try {
    await wire.line();
    await wire.command('l', 'LOGIN anna@example.org "anna secret"');
    await selectNew(wire, messageTo('bob@example.com'));
    const lines = (await wire.command('a', 'SEND 1')).split('\r\n');
    return lines.filter((line) => /^a | SEND \(/.test(line)).join('\n');
  } finally {
    wire.close();
  }
}

for (const workers of ['1', '2']) {
  test(`--workers ${workers}: it starts without any server behind it, and serves as they come, go and come back`, async (t) => {
    await Promise.all([dovecot.kill(), postfix.kill(), redis.kill()]);
    const served = await startServed({
      workers,
      upstream: `imap://127.0.0.1:${dovecot.port}`,
      submission: `smtp://127.0.0.1:${postfix.port}`,
      state: redis.url,
    });
    t.after(() => served.stop());
    const greeting = async (): Promise<string> => {
      const wire = await Wire.connect(served.port);
      const line = await wire.line();
      wire.close();
      return line.trimEnd();
    };
    assert.match(await greeting(), UNREACHABLE);

    await dovecot.restart();
    assert.match(await greeting(), /^\* OK \[CAPABILITY .* SEND\] /);
    const refused = await send(served);
    assert.match(
      refused,
      /^\* 1 SEND \(1 NO \("MAIL FROM" "anna@example\.org" "421 4\.4\.1 The submission server cannot be reached/,
    );
    assert.match(refused, /^a NO \[UNAVAILABLE\] /m);

    await postfix.restart();
    assert.equal(await send(served), '* 1 SEND (1 OK NIL)\na OK SEND completed');
    assert.match(served.output, /"ledger-degraded"/);
    await redis.restart();
    await until('Redis is used', async () => {
      await send(served);
      return served.output.includes('"ledger-restored"');
    });

    await dovecot.kill();
    assert.match(await greeting(), UNREACHABLE);
    await dovecot.restart();
    assert.equal(await send(served), '* 1 SEND (1 OK NIL)\na OK SEND completed');
    assert.doesNotMatch(served.output, /internal-error/);
  });
}
