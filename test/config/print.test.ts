import assert from 'node:assert/strict';
import { relative } from 'node:path';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { configSchema } from '../../generate/config-schema.js';
import { load, loadConfig } from '../../src/config/load.js';
import { OPTION_KEYS, option } from '../../src/config/options.js';
import { printConfig } from '../../src/config/print.js';
import type { Environment, Flags } from '../../src/config/sources.js';
import { certificates } from '../support/certs.js';
import { EXAMPLES } from './examples.js';
import { place, placeFile, SECRET } from './refusals.js';

const { ca, server } = await certificates();
const tls = {
  listen: ['imaps://127.0.0.1:993', 'imaps://[::1]:993'],
  'tls-cert': placeFile('cert.pem', server.cert),
  'tls-key': placeFile('key.pem', server.key),
};
const authorities = placeFile('ca.pem', ca.cert);
const senders = placeFile('senders', 'anna anna@example.org\n');
const password = { IMAP_SEND_PROXY_SUBMISSION_PASSWORD: SECRET };
const service = { 'submission-auth': 'service', 'submission-user': 'proxy' };
const validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(configSchema()));

function print(flags: Flags, environment: Environment = {}): string {
  const { settings, config } = load(flags, environment);
  return printConfig(settings, config);
}

/** Options that need no other one. */
const alone = [
  'max-sessions',
  'max-sessions-per-ip',
  'max-unauthenticated',
  'accept-proxy-protocol',
  'upstream',
]
  .concat([
    'upstream-proxy-protocol',
    'upstream-id',
    'submission',
    'rate-messages',
    'rate-recipients',
    'admin',
  ])
  .concat(['max-message-size', 'max-recipients', 'max-messages-per-send', 'idle-timeout', 'state', 'workers'])
  .map((key) => [key, (EXAMPLES as Readonly<Record<string, string>>)[key]]);

const table: Readonly<Record<string, readonly [flags: Flags, environment?: Environment]>> = {
  'the defaults': [{}],
  'everything that goes alone': [Object.fromEntries(alone)],
  TLS: [{ ...tls, 'tls-client-ca': authorities }],
  'TLS, and certificates of some clients': [
    { ...tls, 'tls-client-ca': authorities, 'tls-client-auth': 'optional' },
  ],
  'a file beside us': [{ ...tls, 'tls-cert': relative('.', place('cert.pem')) }],
  'STARTTLS with a server elsewhere': [{ upstream: 'imap://mail.example.org', 'upstream-ca': authorities }],
  'STARTTLS if offered': [{ 'submission-starttls': 'try', 'submission-insecure': 'yes' }],
  'a password in the environment': [service, password],
  'a Redis with a password': [{}, { IMAP_SEND_PROXY_STATE: `redis://:${SECRET}@127.0.0.1:6379` }],
  'a sender map': [{ 'sender-policy': 'map', 'sender-map': senders, 'default-domain': 'example.org' }],
  'no limit': [{ 'max-sessions': 'unlimited', 'max-unauthenticated': 'unlimited' }],
  'networks in a list': [{ 'accept-proxy-protocol': '192.0.2.1,2001:db8::/32' }],
};

describe('what is printed is a config file that means the same, and shows no secret', () => {
  for (const [name, [flags, environment = {}]] of Object.entries(table)) {
    test(name, () => {
      const printed = print(flags, environment);
      const again = loadConfig({ config: placeFile('printed.yaml', printed) }, environment);
      assert.deepEqual(again, loadConfig(flags, environment));
      assert.ok(validate(parse(printed) ?? {}), JSON.stringify(validate.errors));
      assert.ok(!printed.includes(SECRET));
      const printedAgain = print({ config: placeFile('printed.yaml', printed) }, environment);
      assert.deepEqual(parse(printedAgain), parse(printed));
    });
  }

  for (const user of [
    '12',
    'yes',
    ' a # b ',
    'x: y',
    "it's",
    '"',
    '!x',
    '*x',
    '&x',
    '{',
    '-',
    'x'.repeat(200),
    'a\nb',
  ]) {
    test(`the login ${JSON.stringify(user)}`, () => {
      const printed = print({ ...service, 'submission-user': user }, password);
      const { submission } = loadConfig({ config: placeFile('printed.yaml', printed) }, password);
      assert.ok(submission.auth.kind === 'service');
      assert.equal(submission.auth.user, user);
      assert.ok(validate(parse(printed)), JSON.stringify(validate.errors));
    });
  }
});

test('each option is printed once, with where it was set', () => {
  const config = placeFile(
    'sources.yaml',
    'log-level: debug\nlisten:\n  - imap://127.0.0.1:1\n  - imap://127.0.0.1:2\n',
  );
  const printed = print(
    { config, 'max-recipients': '5', ...service },
    { ...password, IMAP_SEND_PROXY_WORKERS: '2' },
  );
  const lines = printed.split('\n');
  for (const key of OPTION_KEYS.filter((key) => !option(key).outside)) {
    assert.equal(lines.filter((line) => line.replace(/^#/, '').startsWith(`${key}:`)).length, 1, key);
  }
  for (const line of [
    'max-recipients: 5  # --max-recipients',
    'workers: 2  # environment IMAP_SEND_PROXY_WORKERS',
    `log-level: debug  # ${config}:1:12`,
    `listen:  # ${config}:3:3`,
    'max-message-size: 100MiB  # default',
    'upstream-starttls: never  # default',
    '#submission-password:  # environment IMAP_SEND_PROXY_SUBMISSION_PASSWORD, not shown',
    '#sender-map:  # not set',
  ]) {
    assert.ok(lines.includes(line), `${line}\n${printed}`);
  }
});
