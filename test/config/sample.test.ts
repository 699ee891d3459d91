import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseConfigFile } from '../../src/config/file.js';
import { loadConfig } from '../../src/config/load.js';
import { OPTION_KEYS, option } from '../../src/config/options.js';
import { certificates } from '../support/certs.js';
import { place, placeFile } from './refusals.js';

const sample = readFileSync(new URL('../../../deploy/imap-send-proxy.yaml', import.meta.url), 'utf8');
/** With the examples: prose has a blank after its `#`, or is a table, indented deeper than an example. */
const withExamples = sample.replaceAll(/^#(?=[a-z]| {2}-)/gm, '');

test('the sample configuration, as it is, means the defaults', () => {
  const config = placeFile('sample.yaml', sample);
  assert.deepEqual(loadConfig({ config }, {}), loadConfig({}, {}));
});

test('the sample configuration with every example loads', async () => {
  const { ca, server } = await certificates();
  placeFile('cert.pem', server.cert);
  placeFile('key.pem', server.key);
  placeFile('ca.pem', ca.cert);
  placeFile('password', 'word\n');
  placeFile('senders', '');
  placeFile('admin-token', 'word-of-16-letters\n');
  const here = withExamples
    .replaceAll('/etc/imap-send-proxy', place(''))
    .replaceAll('/var/spool/imap-send-proxy', place(''));
  const { listeners, upstream, submission, senderPolicy, state, limits } = loadConfig(
    { config: placeFile('examples.yaml', here) },
    {},
  );
  assert.deepEqual(
    [...listeners.map(({ tls }) => tls.mode), upstream.tls.mode, submission.tls.mode, submission.auth.kind],
    ['starttls', 'implicit', 'starttls', 'starttls', 'service'],
  );
  assert.equal(senderPolicy.kind, 'map');
  assert.equal(state.kind, 'redis');
  assert.ok(limits.messageRate && limits.recipientRate);
});

test('the sample configuration shows every option that a file may set, and no secret', () => {
  const shown = parseConfigFile(withExamples, 'sample').map(({ key }) => key);
  const settable = OPTION_KEYS.filter((key) => !option(key).outside && !option(key).secret);
  assert.deepEqual([...shown].sort(), [...settable].sort());
});
