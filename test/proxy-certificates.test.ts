import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadConfig } from '../src/config/load.js';
import { expiring, identityOf } from '../src/proxy-certificates.js';
import { certificates, issueCertificate } from './support/certs.js';
import { startProxy } from './support/proxy.js';

const { expired } = await certificates();
const DAY = 24 * 3600_000;

async function identity(days: number) {
  const { certFile, keyFile } = await issueCertificate({ altNames: 'DNS:a.test,DNS:b.test', days });
  return identityOf(loadConfig({ 'tls-cert': certFile, 'tls-key': keyFile }, {}));
}

describe('a certificate is about to expire', () => {
  const rows: readonly [valid: number, left: number, warned: boolean][] = [
    [90, 15, false],
    [90, 13.5, true],
    [90, 0.5, true],
    [90, -0.5, true],
    [6, 2, false],
    [6, 1.1, true],
  ];
  for (const [valid, left, warned] of rows) {
    test(`of ${valid} days, ${left} are left: ${warned ? 'yes' : 'no'}`, async () => {
      const now = Date.now() + (valid - left) * DAY;
      const expected = warned ? [{ names: ['a.test', 'b.test'], days: Math.floor(left) }] : [];
      assert.deepEqual(expiring(await identity(valid), now), expected);
    });
  }

  test('without a certificate there is none', () => {
    assert.deepEqual(expiring(identityOf(loadConfig({}, {})), Date.now()), []);
  });
});

test('one that has expired is in the log when the proxy starts', async (t) => {
  const proxy = await startProxy({ 'tls-cert': expired.certFile, 'tls-key': expired.keyFile });
  t.after(() => proxy.stop());
  const { names, days } = await proxy.seen('certificate-expires');
  assert.deepEqual([names, days < 0], [['localhost'], true]);
});
