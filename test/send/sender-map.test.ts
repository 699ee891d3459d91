import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '../../src/config/load.js';
import { ConfigError } from '../../src/config/problem.js';
import { type WatchedSenderMap, watchSenderMap } from '../../src/send/sender-map.js';
import { parseSenderMap } from '../../src/send/sender-map-file.js';
import { scratchDirectory } from '../support/scratch.js';
import { until } from './support/send-world.js';

/** The map as text, or where it is wrong and what was expected there. */
function parsed(text: string, defaultDomain?: string): string {
  const result = parseSenderMap(text, defaultDomain);
  if (!result.ok) return `line ${result.line}: ${result.expected}`;
  return [...result.map].map(([login, grants]) => `${login}: ${grants.join(' ')}`).join('\n');
}

describe('a sender map', () => {
  const table: readonly [name: string, text: string, map: string][] = [
    ['nothing', '', ''],
    ['comments and empty lines', '# senders\n\n  \t\n   # more\n', ''],
    ['an address', 'anna anna@example.org', 'anna: anna@example.org'],
    ['a domain', 'anna @example.org', 'anna: @example.org'],
    [
      'blanks, tabs and commas',
      'anna\ta@x.org ,b@x.org,@y.org\t c@x.org',
      'anna: a@x.org b@x.org @y.org c@x.org',
    ],
    ['a comment behind', 'anna a@x.org # and nobody else', 'anna: a@x.org'],
    ['no comment without a blank before it', 'anna a#b@x.org', 'anna: a#b@x.org'],
    [
      'a comment in the place of grants',
      'anna # later',
      'line 1: a login and the addresses or @domains it may send as',
    ],
    ['CRLF', 'anna a@x.org\r\nbert b@x.org\r\n', 'anna: a@x.org\nbert: b@x.org'],
    ['a byte order mark', '\ufeffanna a@x.org', 'anna: a@x.org'],
    [
      'a login on several lines',
      'anna a@x.org\nbert b@x.org\nanna c@x.org',
      'anna: a@x.org c@x.org\nbert: b@x.org',
    ],
    ['upper case', 'ANNA A@X.org', 'anna: a@x.org'],
    ['an international domain', 'anna @bücher.example', 'anna: @xn--bcher-kva.example'],
    ['a login with a domain', 'anna@X.org @x.org', 'anna@x.org: @x.org'],
    ['a login alone', '\n\nanna', 'line 3: a login and the addresses or @domains it may send as'],
    ['no login', ', a@x.org', 'line 1: a login and the addresses or @domains it may send as'],
    [
      'a word that is no address',
      'anna a@x.org\n\nbert bert',
      'line 3: an address or @domain instead of "bert"',
    ],
    ['a comma too many', 'anna a@x.org,', 'line 1: an address or @domain instead of ""'],
    ['two @', 'anna a@b@x.org', 'line 1: an address or @domain instead of "a@b@x.org"'],
    ['no domain behind the @', 'anna a@', 'line 1: an address or @domain instead of "a@"'],
    ['a domain that cannot be', 'anna a@x..org', 'line 1: an address or @domain instead of "a@x..org"'],
    ['a pattern', 'anna *', 'line 1: an address or @domain instead of "*"'],
  ];
  for (const [name, text, map] of table) test(name, () => assert.equal(parsed(text), map));

  test('completes logins without a domain', () => {
    const text = 'anna a@x.org\nbert@y.org b@x.org\nanna@example.org c@x.org';
    assert.equal(parsed(text, 'Example.org'), 'anna@example.org: a@x.org c@x.org\nbert@y.org: b@x.org');
  });
});

const scratch = scratchDirectory('sender-map');
after(() => scratch.remove());
let files = 0;

interface Watching extends WatchedSenderMap {
  readonly file: string;
  /** What each look at a changed file found. */
  readonly looks: ({ logins: number } | { cause: string })[];
  /** Whether a login may send as an address. */
  allows(login: string, address: string): boolean;
}

const LOOK_MS = 10;

function watching(
  text: string,
  {
    defaultDomain,
    file = join(scratch.path, `map-${files++}`),
  }: { defaultDomain?: string; file?: string } = {},
): Watching {
  if (text !== '') writeFileSync(file, text);
  const looks: Watching['looks'] = [];
  const watched = watchSenderMap(file, defaultDomain, (result) => looks.push(result), {
    lookMs: LOOK_MS,
  });
  after(() => watched.close());
  return {
    ...watched,
    file,
    looks,
    allows: (login, address) =>
      watched.policy(login, { envelopeFrom: address, headerFrom: [address] }) === undefined,
  };
}

describe('the policy of a sender map', () => {
  const text =
    'anna anna@example.org sales@example.org\nlist @news.example.org\nbert@other.org bert@other.org';
  const table: readonly [login: string, address: string, allowed: boolean][] = [
    ['anna', 'anna@example.org', true],
    ['anna', 'sales@example.org', true],
    ['ANNA', 'Sales@Example.org', true],
    ['anna', 'bert@other.org', false],
    ['anna', 'boss@example.org', false],
    ['anna', '@example.org', false],
    ['anna@example.org', 'anna@example.org', true],
    ['anna@other.org', 'anna@example.org', false],
    ['list', 'anything@news.example.org', true],
    ['list', 'anything@NEWS.example.org', true],
    ['list', 'anything@old.news.example.org', false],
    ['list', 'anything@example.org', false],
    ['list', '"news.example.org"@example.com', false],
    ['bert@other.org', 'bert@other.org', true],
    ['bert', 'bert@other.org', false],
    ['eve', 'anna@example.org', false],
    ['', 'anna@example.org', false],
  ];
  const map = watching(text, { defaultDomain: 'example.org' });
  for (const [login, address, allowed] of table) {
    test(`${login || 'nobody'} as ${address}: ${allowed ? 'allowed' : 'refused'}`, () => {
      assert.equal(map.allows(login, address), allowed);
    });
  }

  test('looks at envelope, From and Sender, and names the first that is foreign', () => {
    const senders = { envelopeFrom: 'anna@example.org', headerFrom: ['anna@example.org', 'eve@example.org'] };
    assert.deepEqual(map.policy('anna', senders), {
      command: 'MAIL FROM',
      parameter: 'eve@example.org',
      reply: '550 5.7.1 This login may not send as this address',
    });
    const onBehalf = { ...senders, headerFrom: [], headerSender: 'boss@example.org' };
    assert.equal(map.policy('anna', onBehalf)?.parameter, 'boss@example.org');
    const envelope = { ...senders, envelopeFrom: 'boss@example.org', headerFrom: [] };
    assert.equal(map.policy('anna', envelope)?.parameter, 'boss@example.org');
  });
});

test('a map is looked at when somebody says so', async () => {
  const file = join(scratch.path, 'asked');
  writeFileSync(file, '');
  const looks: unknown[] = [];
  const hourly = watchSenderMap(file, undefined, (result) => looks.push(result), {
    lookMs: 3_600_000,
  });
  after(() => hourly.close());
  writeFileSync(file, 'anna anna@example.org\n');
  hourly.look();
  await until('the change', () => looks.length > 0);
  assert.deepEqual(looks, [{ logins: 1 }]);
});

describe('a map that changes', () => {
  const before = 'anna anna@example.org\n';
  const after = 'anna sales@example.org\nbert bert@example.org\n';

  async function changes(map: Watching, change: () => void): Promise<void> {
    assert.ok(map.allows('anna', 'anna@example.org'));
    change();
    // A file that is written to in place may be seen half-way.
    await until('the change', () => map.looks.some((look) => 'logins' in look && look.logins === 2));
    assert.ok(!map.allows('anna', 'anna@example.org'));
    assert.ok(map.allows('anna', 'sales@example.org'));
  }

  test('is read again', async () => {
    const map = watching(before);
    await changes(map, () => writeFileSync(map.file, after));
  });

  test('is read again when nothing but its content tells', async () => {
    const map = watching(before);
    const { atime, mtime } = statSync(map.file);
    await changes(map, () => {
      writeFileSync(map.file, after);
      utimesSync(map.file, atime, mtime);
    });
  });

  test('is read again when it is replaced, as editors and deployment tools do', async () => {
    const map = watching(before);
    await changes(map, () => replace(map.file, after));
  });

  test('is read again when a link on the way to it is turned, as Kubernetes does', async () => {
    const volume = join(scratch.path, 'volume');
    for (const [version, text] of [
      ['v1', before],
      ['v2', after],
    ] as const) {
      mkdirSync(join(volume, version), { recursive: true });
      writeFileSync(join(volume, version, 'senders'), text);
    }
    symlinkSync('v1', join(volume, 'data'));
    symlinkSync(join('data', 'senders'), join(volume, 'senders'));
    const map = watching('', { file: join(volume, 'senders') });
    await changes(map, () => {
      symlinkSync('v2', join(volume, 'turned'));
      renameSync(join(volume, 'turned'), join(volume, 'data'));
    });
  });

  test('stays as it was while it cannot be used, says why once, and comes back', async () => {
    const map = watching(before);
    const steps: readonly [change: () => void, look: Watching['looks'][number]][] = [
      [
        () => replace(map.file, `${before}bert nonsense\n`),
        { cause: `${map.file} line 2: expected an address or @domain instead of "nonsense"` },
      ],
      [() => rmSync(map.file), { cause: `ENOENT: no such file or directory, open '${map.file}'` }],
      [() => replace(map.file, before), { logins: 1 }],
      [() => replace(map.file, '# nobody\n'), { logins: 0 }],
    ];
    for (const [index, [change]] of steps.entries()) {
      assert.ok(map.allows('anna', 'anna@example.org'));
      change();
      await until(`step ${index}`, () => map.looks.length > index);
    }
    assert.deepEqual(
      map.looks,
      steps.map(([, look]) => look),
    );
    assert.ok(!map.allows('anna', 'anna@example.org'));
  });

  test('a read that hangs ends before the next one begins', async () => {
    const map = watching(before);
    const [made, aside] = [`${map.file}.made`, `${map.file}.aside`];
    spawnSync('mkfifo', [made]);
    // Opened for both, it waits for nobody.
    const fifo = openSync(made, 'r+');
    renameSync(made, map.file);
    await until('somebody reads', () => openAs(map.file) === 2);
    renameSync(map.file, aside);
    writeFileSync(map.file, after);
    map.look();
    await delay(2 * LOOK_MS);
    writeSync(fifo, 'anna nonsense\n');
    closeSync(fifo);
    await until('both', () => map.looks.length >= 2);
    assert.deepEqual(
      map.looks.map((look) => Object.keys(look)),
      [['cause'], ['logins']],
    );
    assert.ok(map.allows('anna', 'sales@example.org'));
  });

  test('is not looked at any more once it is closed', async () => {
    const map = watching(before);
    const twin = watching('', { file: map.file });
    map.close();
    await changes(twin, () => writeFileSync(map.file, after));
    assert.deepEqual(map.looks, []);
    assert.ok(map.allows('anna', 'anna@example.org'));
  });
});

/** Descriptors of this process that are this file. */
const openAs = (file: string): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === file;
    } catch {
      return false;
    }
  }).length;

function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

describe('a map that cannot be used at the start', () => {
  test('a file that is not there', () => {
    assert.throws(() => watching('', { file: join(scratch.path, 'missing') }), /ENOENT/);
  });
  test('a line that is wrong', () => {
    assert.throws(() => watching('anna'), /line 1: expected a login and the addresses/);
  });

  test('a line that is wrong ends the program as any bad value does, before it listens', () => {
    const file = join(scratch.path, 'wrong');
    writeFileSync(file, 'anna anna@example.org\nbert bert\n');
    const flags = { 'sender-policy': 'map', 'sender-map': file };
    assert.throws(
      () => loadConfig(flags, {}),
      new ConfigError({
        key: 'sender-map',
        text: `expected an address or @domain instead of "bert" in line 2, given "${file}"`,
        source: '--sender-map',
      }),
    );
  });
});

test('a colon behind the login is none of its characters', () => {
  const parsed = parseSenderMap('anna@example.org: sales@example.org', undefined);
  assert.deepEqual(parsed.ok && [...parsed.map], [['anna@example.org', ['sales@example.org']]]);
});
