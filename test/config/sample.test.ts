import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { parseConfigFile } from '../../src/config/file.js';
import { loadConfig } from '../../src/config/load.js';
import { OPTION_KEYS, option } from '../../src/config/options.js';
import { certificates } from '../support/certs.js';
import { place, placeFile } from './refusals.js';

const read = (name: string) => readFileSync(new URL(`../../../deploy/${name}`, import.meta.url), 'utf8');
const sample = read('imap-send-proxy.yaml');
const schema = JSON.parse(read('imap-send-proxy.schema.json'));
const validate = new Ajv({ allowUnionTypes: true }).compile(schema);

/** An example: `#key: value`, and the elements of a list below it. Prose has a blank after its `#`. */
const EXAMPLE = /^#[a-z-]+:.*\n(?:# {2}-.*\n)*|^(?:# {2}-.*\n)+/gm;
const enabled = (example: string) => example.replaceAll(/^#/gm, '');
const examples = sample.match(EXAMPLE) ?? [];
const withExamples = sample.replaceAll(EXAMPLE, enabled);

/** What makes no sense alone, with the examples that go with it. */
const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  '  - imaps://0.0.0.0:993': ['tls-cert', 'tls-key'],
  'tls-cert': ['tls-key'],
  'tls-key': ['tls-cert'],
  'tls-client-ca': ['tls-cert', 'tls-key', 'tls-client-auth'],
  'tls-client-auth': ['tls-cert', 'tls-key', 'tls-client-ca'],
  'upstream-ca': ['upstream-starttls'],
  'submission-ca': ['submission-starttls'],
  'submission-auth': ['submission-user', 'submission-password-file'],
  'submission-user': ['submission-auth', 'submission-password-file'],
  'submission-password-file': ['submission-auth', 'submission-user'],
  'sender-policy': ['sender-map'],
  'sender-map': ['sender-policy'],
  'default-domain': ['sender-policy', 'sender-map'],
  'admin-token-file': ['admin'],
};

const nameOf = (example: string) => /^#([a-z-]+):/.exec(example)?.[1] ?? enabled(example).trimEnd();

before(async () => {
  const { ca, server } = await certificates();
  placeFile('cert.pem', server.cert);
  placeFile('key.pem', server.key);
  placeFile('ca.pem', ca.cert);
  placeFile('password', 'word\n');
  placeFile('senders', '');
  placeFile('admin-token', 'word-of-16-letters\n');
});

/** With its files where this test has put them. */
function load(text: string) {
  assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
  const here = text
    .replaceAll('/etc/imap-send-proxy', place(''))
    .replaceAll('/var/spool/imap-send-proxy', place(''));
  return loadConfig({ config: placeFile('examples.yaml', here) }, {});
}

test('the sample configuration, as it is, means the defaults', () => {
  assert.deepEqual(load(sample), loadConfig({}, {}));
});

describe('the sample configuration with one example, and those that it needs', () => {
  assert.ok(examples.length > 30, `${examples.length} examples`);
  for (const example of examples) {
    const name = nameOf(example);
    test(name, () => {
      const wanted = [name, ...(TOGETHER[name] ?? [])];
      const text = sample.replaceAll(EXAMPLE, (each) =>
        wanted.includes(nameOf(each)) ? enabled(each) : each,
      );
      assert.notEqual(text, sample);
      load(text);
    });
  }
});

test('the sample configuration with every example loads', () => {
  const { listeners, upstream, submission, senderPolicy, state, limits, admin } = load(withExamples);
  assert.deepEqual(
    [...listeners.map(({ tls }) => tls.mode), upstream.tls.mode, submission.tls.mode, submission.auth.kind],
    ['starttls', 'implicit', 'starttls', 'starttls', 'service'],
  );
  assert.equal(senderPolicy.kind, 'map');
  assert.equal(state.kind, 'redis');
  assert.equal(admin.kind, 'http');
  assert.ok(limits.messageRate && limits.recipientRate);
});

test('the sample configuration shows every option that a file may set, and no secret', () => {
  const shown = parseConfigFile(withExamples, 'sample').map(({ key }) => key);
  const settable = OPTION_KEYS.filter((key) => !option(key).outside && !option(key).secret);
  assert.deepEqual([...shown].sort(), [...settable].sort());
});

test('the sample names its schema for editors', () => {
  assert.match(sample, /^# yaml-language-server: \$schema=imap-send-proxy\.schema\.json$/m);
});
