import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadConfig } from '../src/config/load.js';
import { environmentName, OPTION_KEYS, option } from '../src/config/options.js';
import { VIOLATION_TEXT } from '../src/gate/violation.js';
import { LEVEL_OF } from '../src/log/events.js';
import { certificates } from './support/certs.js';
import { scratchDirectory } from './support/scratch.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

describe('every relative link leads somewhere', () => {
  for (const document of documents) {
    test(document, () => {
      for (const [, link = ''] of withoutCode(read(document)).matchAll(/\]\(([^)]+)\)/g)) {
        if (/^[a-z]+:/.test(link)) continue;
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? document : relative(root, join(root, dirname(document), path));
        assert.ok(existsSync(join(root, target)), `${link}: no ${target}`);
        if (anchor !== undefined) assert.ok(anchorsOf(read(target)).includes(anchor), `${link}: no heading`);
      }
    });
  }
});

test('the demo prints the transcript that the README shows, and both are the dialogue of the memo', async () => {
  const demo = fileURLToPath(new URL('../demo/demo.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [demo], { timeout: 60_000 });
  const shown = codeBlocks(read('README.md')).find((block) => block.startsWith('C: ')) ?? '';
  const printed = stdout.split('\n').map((line) => line.trim());
  const start = printed.indexOf('C: A003 SEND 1:3');
  assert.deepEqual(printed.slice(start, start + 5), shown.trimEnd().split('\n'));
  assert.match(shown, /^S: A003 OK SEND completed$/m);
  assert.match(stdout, /^What the SMTP server got, 2 messages$/m);
});

test('the configuration in the README loads, and means what it says', async () => {
  const { server } = await certificates();
  const files = scratchDirectory('readme');
  writeFileSync(join(files.path, 'cert.pem'), server.cert);
  writeFileSync(join(files.path, 'key.pem'), server.key);
  const shown = codeBlocks(read('README.md')).find((block) => block.startsWith('listen:')) ?? '';
  const config = join(files.path, 'config.yaml');
  writeFileSync(config, shown.replaceAll('/etc/imap-send-proxy', files.path));
  const { listeners, upstream, submission } = loadConfig({ config }, {});
  await files.remove();
  assert.deepEqual(
    listeners.map(({ port, tls }) => [port, tls.mode]),
    [
      [993, 'implicit'],
      [143, 'starttls'],
    ],
  );
  assert.deepEqual([upstream.port, submission.port, submission.auth.kind], [10143, 10587, 'user']);
});

test('the configuration document has each option once, with its default, and no other', () => {
  const text = read('docs/configuration.md');
  // Two columns are what the values of one option mean.
  const rows = tableRows(text).filter(({ length }) => length === 3);
  for (const key of OPTION_KEYS) {
    const { secret, default: fallback } = option(key);
    const name = secret ? environmentName(key) : `--${key}`;
    const found = rows.filter(([first]) => first === `\`${name}\``);
    assert.equal(found.length, 1, name);
    if (fallback !== undefined) assert.equal(found[0]?.[1], `\`${fallback}\``, name);
  }
  const known = new Set<string>(OPTION_KEYS.map((key) => `--${key}`));
  for (const [name] of text.matchAll(/--[a-z-]+[a-z]/g)) assert.ok(known.has(name), name);
});

test('the logging document has each event once, with its level', () => {
  const rows = tableRows(read('docs/logging.md'));
  for (const [event, level] of Object.entries(LEVEL_OF)) {
    assert.deepEqual(
      rows.filter(([first]) => first === `\`${event}\``).map(([, second]) => second),
      [level],
      event,
    );
  }
});

test('the document on SEND has each reply that the proxy can give in place of the submission server', () => {
  const text = read('docs/send.md');
  const replies = sourcesOf('send', 'ledger').flatMap(repliesIn);
  assert.ok(replies.length > 30, `${replies.length} replies found`);
  for (const reply of replies) assert.match(text, reply);
});

test('the document on transparency has each violation with its name and its words', () => {
  const rows = tableRows(read('docs/transparency.md'));
  for (const [violation, words] of Object.entries(VIOLATION_TEXT)) {
    assert.ok(
      rows.some(([first, second]) => first === `\`${words}\`` && second === `\`${violation}\``),
      violation,
    );
  }
});

test('what package.json promises is there after the build', () => {
  const { bin, exports, files } = JSON.parse(read('package.json')) as {
    bin: Record<string, string>;
    exports: Record<string, Record<string, string>>;
    files: string[];
  };
  const promised = [
    ...Object.values(bin),
    ...Object.values(exports).flatMap((conditions) => Object.values(conditions)),
    ...files.filter((file) => !file.startsWith('!')),
  ];
  for (const file of promised) assert.ok(existsSync(join(root, file)), file);
});

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, '');
}

function codeBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

function tableRows(markdown: string): string[][] {
  return [...markdown.matchAll(/^\|(.*)\|$/gm)].map(([, row = '']) =>
    row.split('|').map((cell) => cell.trim()),
  );
}

function sourcesOf(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => read(join('src', folder, name))),
  );
}

/** SMTP replies written out in a source, as patterns: what is put in at run time may be anything. */
function repliesIn(source: string): RegExp[] {
  return [...source.matchAll(/(['`])([245]\d\d \d\.\d{1,3}\.\d{1,3} .+?)\1/g)].map(([, , reply = '']) => {
    const fixed = reply
      .split(/\$\{(?:[^{}]|\{[^}]*\})*\}/)
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`\`${fixed.join('[^`|]+')}[\`"]`);
  });
}
