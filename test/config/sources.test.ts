import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseConfigFile } from '../../src/config/file.js';
import { environmentName, OPTION_KEYS, option } from '../../src/config/options.js';
import { gather, type Settings } from '../../src/config/sources.js';
import { understand } from '../../src/config/values.js';
import { scratchDirectory } from '../support/scratch.js';
import { EXAMPLES } from './examples.js';

const scratch = scratchDirectory('config');
after(() => scratch.remove());

function fileOf(name: string, text: string): string {
  const path = join(scratch.path, name);
  writeFileSync(path, text);
  return path;
}

test('flags win over the environment, the environment over the file, each option by itself', () => {
  const config = fileOf(
    'precedence.yaml',
    '# options\nmax-recipients: 1\nmax-sessions: 1\nlog-level: warn\n',
  );
  const settings = gather(
    { config, 'max-recipients': '3' },
    { IMAP_SEND_PROXY_MAX_RECIPIENTS: '2', IMAP_SEND_PROXY_MAX_SESSIONS: '2', PATH: '/bin' },
  );
  assert.deepEqual(Object.fromEntries(settings), {
    config: { text: config, source: '--config' },
    'max-recipients': { text: '3', source: '--max-recipients' },
    'max-sessions': { text: '2', source: 'environment IMAP_SEND_PROXY_MAX_SESSIONS' },
    'log-level': { text: 'warn', source: `${config}:4:12` },
  });
});

test('the config file can be named in the environment, and a flag names another', () => {
  const [one, two] = [fileOf('one.yaml', 'log-level: warn'), fileOf('two.yaml', 'log-level: error')];
  const environment = { IMAP_SEND_PROXY_CONFIG: one };
  assert.equal(gather({}, environment).get('log-level')?.text, 'warn');
  assert.equal(gather({ config: two }, environment).get('log-level')?.text, 'error');
});

test('a list of one source replaces that of another', () => {
  const config = fileOf('list.yaml', 'listen:\n  - imap://127.0.0.1:1\n  - imap://127.0.0.1:2\n');
  assert.deepEqual(gather({ config }, {}).get('listen')?.text, ['imap://127.0.0.1:1', 'imap://127.0.0.1:2']);
  assert.deepEqual(gather({ config, listen: 'imap://127.0.0.1:3' }, {}).get('listen')?.text, [
    'imap://127.0.0.1:3',
  ]);
});

test('a flag without a value switches on; an option that needs one is left with none', () => {
  const settings = gather({ 'upstream-insecure': true, upstream: true }, {});
  assert.equal(settings.get('upstream-insecure')?.text, 'true');
  assert.equal(settings.get('upstream')?.text, '');
});

test('files that a config file names are beside it; those of flags and environment are where we are', () => {
  const config = fileOf(
    'paths.yaml',
    'tls-cert: cert.pem, other.pem\ntls-key: /etc/key.pem\nupstream: imap://h\n',
  );
  const settings = gather({ config, 'sender-map': 'map' }, { IMAP_SEND_PROXY_UPSTREAM_CA: 'ca.pem' });
  const placed = ['cert.pem', 'other.pem'].map((name) => join(scratch.path, name));
  assert.deepEqual(settings.get('tls-cert')?.text, placed);
  assert.deepEqual(settings.get('tls-key')?.text, ['/etc/key.pem']);
  assert.equal(settings.get('upstream')?.text, 'imap://h');
  assert.equal(settings.get('sender-map')?.text, 'map');
  assert.equal(settings.get('upstream-ca')?.text, 'ca.pem');
});

test('every option has one name on the command line, one in the environment and one in the file', () => {
  for (const key of OPTION_KEYS.filter((key) => key !== 'config')) {
    assert.match(key, /^[a-z]+(-[a-z]+)*$/);
    const text = EXAMPLES[key];
    const meaning = (settings: Settings) => understand(settings).values[key];
    const expected = meaning(gather({}, { [environmentName(key)]: text }));
    assert.notDeepEqual(expected, understand(new Map()).values[key], key);
    if (!option(key).outside) {
      const config = fileOf('each.json', JSON.stringify({ [key]: text }));
      assert.deepEqual(meaning(gather({ config }, {})), expected, key);
    }
    if (!option(key).secret) assert.deepEqual(meaning(gather({ [key]: text }, {})), expected, key);
  }
});

test('what Kubernetes sets for a Service of our name is not taken for options', () => {
  const settings = gather(
    {},
    {
      IMAP_SEND_PROXY_SERVICE_HOST: '10.0.0.1',
      IMAP_SEND_PROXY_SERVICE_PORT: '143',
      IMAP_SEND_PROXY_SERVICE_PORT_IMAP: '143',
      IMAP_SEND_PROXY_PORT: 'tcp://10.0.0.1:143',
      IMAP_SEND_PROXY_PORT_143_TCP: 'tcp://10.0.0.1:143',
      IMAP_SEND_PROXY_PORT_143_TCP_ADDR: '10.0.0.1',
    },
  );
  assert.equal(settings.size, 0);
});

/** What each is, and where: the key, the value, and the elements of a list. */
type Row = readonly [key: string, text: string | string[], ...positions: string[]];

const files: Readonly<Record<string, readonly [text: string, ...entries: Row[]]>> = {
  'an empty file': [''],
  'comments alone': ['# nothing\n\n'],
  YAML: ['a: x # y\n\nb: "z"\n', ['a', 'x', '1:1', '1:4'], ['b', 'z', '3:1', '3:4']],
  JSON: [
    '{\n\t"a": "x",\n\t"b": ["y", "z"]\n}\n',
    ['a', 'x', '2:2', '2:7'],
    ['b', ['y', 'z'], '3:2', '3:7', '3:8', '3:13'],
  ],
  'CRLF line ends': ['a: x\r\nb: y\r\n', ['a', 'x', '1:1', '1:4'], ['b', 'y', '2:1', '2:4']],
  'numbers as they are written': [
    'a: 0x10\nb: 007\nc: 1e3\nd: [1, 2.0]\n',
    ['a', '0x10', '1:1', '1:4'],
    ['b', '007', '2:1', '2:4'],
    ['c', '1e3', '3:1', '3:4'],
    ['d', ['1', '2.0'], '4:1', '4:4', '4:5', '4:8'],
  ],
  switches: ['a: true\nb: no\n', ['a', 'true', '1:1', '1:4'], ['b', 'no', '2:1', '2:4']],
  'a key without a value': ['a:\nb: ~\n', ['a', '', '1:1', '1:3'], ['b', '', '2:1', '2:4']],
  'a key without a value in braces': ['{a, b}', ['a', '', '1:2', '1:2'], ['b', '', '1:5', '1:5']],
  'an anchor and its aliases': [
    'a: &x y\nb: *x\nc: [z, *x]\n',
    ['a', 'y', '1:1', '1:7'],
    ['b', 'y', '2:1', '2:4'],
    ['c', ['z', 'y'], '3:1', '3:4', '3:5', '3:8'],
  ],
};

for (const [what, [text, ...entries]] of Object.entries(files)) {
  test(`config file: ${what}`, () => {
    const expected = entries.map(([key, value, ...positions]) => {
      const [keySource, source, ...sources] = positions.map((position) => `x.yaml:${position}`);
      return { key, text: value, keySource, source, ...(typeof value === 'string' ? {} : { sources }) };
    });
    assert.deepEqual(parseConfigFile(text, 'x.yaml'), expected);
  });
}

test('the position of a value in a file with a byte order mark', () => {
  const config = fileOf('bom.yaml', '\uFEFFlog-level: warn\n');
  assert.deepEqual(gather({ config }, {}).get('log-level'), { text: 'warn', source: `${config}:1:12` });
});
