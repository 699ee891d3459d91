import assert from 'node:assert/strict';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { maildirFlags } from '../../src/client/maildir.js';
import { MAX_OCTETS, readSources } from '../../src/client/sources.js';
import { scratchDirectory } from '../support/scratch.js';

/** Name, and the text with the flags or the problem, of everything that is read. */
async function read(directory: string, ...names: string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, content } of readSources(names.map((each) => join(directory, each)))) {
    const what = 'problem' in content ? content.problem : [content.octets, ...content.flags].join(' ');
    found.push(`${name.slice(directory.length + 1)}: ${what}`);
  }
  return found;
}

function scratch(context: TestContext): string {
  const files = scratchDirectory('sources');
  context.after(() => files.remove());
  return files.path;
}

const from = 'From a Mon Nov 23 21:22:34 2026\n';

describe('readSources', () => {
  test('reads messages, mboxes and Maildirs, in the order of the arguments', async (context) => {
    const directory = scratch(context);
    await writeFile(join(directory, 'one.eml'), 'From: 1');
    await writeFile(join(directory, 'box'), `${from}From: 2\n\n${from}From: 3\n`);
    for (const folder of ['cur', 'new', 'tmp'])
      await mkdir(join(directory, 'md', folder), { recursive: true });
    const files = { 'cur/3.a:2,DFS': '6', 'cur/1.a:2,': '4', 'cur/2.a:2,ST': 'trashed', 'new/2.b': '5' };
    const hidden = { 'new/.hidden': 'x', 'tmp/9.a': 'x' };
    for (const [name, text] of Object.entries({ ...files, ...hidden })) {
      await writeFile(join(directory, 'md', name), text);
    }
    assert.deepEqual(await read(directory, 'box', 'md', 'one.eml'), [
      'box:1: From: 2\n',
      'box:2: From: 3\n',
      'md/cur/1.a:2,: 4',
      'md/new/2.b: 5',
      'md/cur/3.a:2,DFS: 6 \\Flagged \\Seen',
      'one.eml: From: 1',
    ]);
  });

  test('says what is wrong with a file, and goes on', async (context) => {
    const directory = scratch(context);
    await mkdir(join(directory, 'directory'));
    await writeFile(join(directory, 'empty'), '');
    await writeFile(join(directory, 'huge'), '');
    await truncate(join(directory, 'huge'), MAX_OCTETS + 1);
    await writeFile(join(directory, 'good'), 'From: 1');
    assert.deepEqual(await read(directory, 'absent', 'good/x', 'directory', 'huge', 'empty', 'good'), [
      'absent: no such file',
      'good/x: no such file',
      'directory: a directory, but not a Maildir: it needs cur and new',
      `huge: larger than ${MAX_OCTETS} octets`,
      'empty: ',
      'good: From: 1',
    ]);
  });

  test('takes no device or pipe for a file', async () => {
    const found: unknown[] = [];
    for await (const source of readSources(['/dev/null'])) found.push(source);
    assert.deepEqual(found, [{ name: '/dev/null', content: { problem: 'not a file' } }]);
  });

  test('tells how far it is', async (context) => {
    const directory = scratch(context);
    const paths = ['a', 'b', 'c', 'd'].map((name) => join(directory, name));
    const told: number[] = [];
    for await (const _ of readSources(paths, (_path, fraction) => told.push(fraction)));
    assert.deepEqual(told, [0, 0.25, 0.5, 0.75]);

    told.length = 0;
    const box = join(directory, 'box');
    await writeFile(box, `${from}A: ${'x'.repeat(100_000)}\n\n${from}B: 2\n\n`.repeat(3));
    for await (const _ of readSources([box], (_path, fraction) => told.push(fraction)));
    assert.equal(told.length, 7);
    assert.deepEqual(
      told,
      [...told].sort((a, b) => a - b),
    );
    assert.ok(told[1]! > 0.2 && told[1]! < 1 && told[6] === 1, `${told}`);
  });
});

test('the flags of a Maildir name', () => {
  assert.deepEqual(maildirFlags('1.a:2,DFPRSa'), ['\\Flagged', '$Forwarded', '\\Answered', '\\Seen']);
  assert.deepEqual(maildirFlags('1.a'), []);
  assert.deepEqual(maildirFlags('1.a:1,S'), []);
});
