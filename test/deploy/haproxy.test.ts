import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { certificates } from '../support/certs.js';
import { ensure } from '../support/packages.js';
import { scratchDirectory } from '../support/scratch.js';

const sample = readFileSync(new URL('../../../deploy/haproxy/haproxy.cfg', import.meta.url), 'utf8');

/** The other way to listen on imaps, which is commented out, in place of the one that is not. */
const withTlsHere = sample
  .replace(/^listen imaps\n(?:.+\n)+/m, '')
  .replaceAll(/^#(?=listen| {4}(?!accept|state))/gm, '');

for (const [name, text] of [
  ['as it is', sample],
  ['with TLS that ends there', withTlsHere],
] as const) {
  test(`the sample for HAProxy, ${name}, is one that HAProxy takes`, async (t) => {
    await ensure('haproxy');
    const { server } = await certificates();
    const files = scratchDirectory('haproxy-sample');
    t.after(() => files.remove());
    writeFileSync(join(files.path, 'certificate.pem'), server.cert + server.key);
    const config = join(files.path, 'haproxy.cfg');
    writeFileSync(config, text.replaceAll('/etc/haproxy', files.path));
    assert.equal(/^ +bind .* ssl /m.test(text), name !== 'as it is');
    const { stdout, stderr } = await promisify(execFile)('/usr/sbin/haproxy', ['-c', '-f', config]);
    assert.doesNotMatch(stdout + stderr, /warning|error/i);
  });
}
