import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startCyrus } from '../support/cyrus.js';
import { Wire } from '../support/wire.js';

const read = (file: string): string =>
  readFileSync(new URL(`../../../deploy/cyrus/${file}`, import.meta.url), 'utf8');

for (const [name, sample, taken] of [
  ['with the samples, takes passwords without TLS on the port of the proxy', read('imapd.conf'), true],
  ['without that for imapd.conf, does not', '', false],
] as const) {
  test(`Cyrus ${name}`, async (t) => {
    const service = read('cyrus.conf')
      .split('\n')
      .find((line) => line.trimStart().startsWith('imap '));
    assert.ok(service);
    // As Cyrus has it by default; the sample is for one service alone.
    const cyrus = await startCyrus({ service, extra: `allowplaintext: no\n${sample}` });
    t.after(() => cyrus.stop());
    const wire = await Wire.connect(cyrus.port);
    t.after(() => wire.close());
    await wire.line();
    const answer = await wire.command('a', `LOGIN ${cyrus.user} "${cyrus.password}"`);
    assert.match(answer, taken ? /^a OK /m : /^a NO /m);
  });
}
