import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { scratchDirectory } from '../support/scratch.js';
import { type Format, formats, renderDraft } from '../support/xml2rfc.js';
import { draftName, read, root } from './document.js';

const source = join(root, 'docs', `${draftName}.xml`);

describe('the specification', () => {
  for (const [format, extension] of Object.entries(formats)) {
    const name = `${draftName}.${extension}`;
    test(`renders without a warning, and ${name} is what comes out`, async () => {
      const { document, complaints } = await renderDraft(source, format as Format);
      assert.deepEqual(complaints, []);
      assert.ok(document === read('docs', name), `docs/${name} is not up to date: npm run draft`);
    });
  }

  test('has lines that fit the page, and is ASCII but for an example', () => {
    for (const line of read('docs', `${draftName}.txt`).split('\n')) {
      assert.ok(line.length <= 72, line);
      // Pages end with a form feed.
      if (/[^\f\x20-\x7e]/.test(line)) assert.match(line, /^ +S: jörg@/);
    }
  });

  for (const extension of Object.values(formats)) {
    test(`has all of its sections in ${extension}`, () => {
      const shown = read('docs', `${draftName}.${extension}`).replaceAll(/\s+/g, ' ');
      for (const [, name = ''] of read('docs', `${draftName}.xml`).matchAll(/<name>(.*?)<\/name>/g)) {
        assert.ok(shown.split(name).length > 2, `${name}: not in the table of contents and over the section`);
      }
    });
  }

  test('shows each line of its grammar and of its examples as the source has it', () => {
    const shown = read('docs', `${draftName}.txt`);
    for (const [, code = ''] of read('docs', `${draftName}.xml`).matchAll(/<!\[CDATA\[\n(.*?)\]\]>/gs)) {
      for (const line of code.split('\n')) assert.ok(shown.includes(line.trimEnd()), line);
    }
  });
});

test('the page in HTML needs no other file, and no server', () => {
  const page = read('docs', `${draftName}.html`);
  const needed = [...page.matchAll(/<(?:script|img|link)\b[^>]*\b(?:src|href)="([^#"]+)"/g)].map(
    ([, url]) => url,
  );
  assert.deepEqual(needed, [`${draftName}.xml`]);
  assert.ok(!/@import|fetch\(/.test(page));
});

test('what is wrong with a source is told', async () => {
  const files = scratchDirectory('draft');
  const unused = '<reference anchor="X"><front><title>X</title><author/><date/></front></reference>';
  const spoiled = join(files.path, `${draftName}.xml`);
  const text = read('docs', `${draftName}.xml`);
  writeFileSync(spoiled, text.replace('        <reference anchor="RFC1870"', `${unused}$&`));
  const { complaints } = await renderDraft(spoiled, 'text');
  await files.remove();
  assert.match(complaints.join(' '), /unused reference/i);
});
