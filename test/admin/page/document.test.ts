import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { RecentSend, Sample } from '../../../src/admin/activity.js';
import type * as page from '../../../src/admin/page/browser/interface.js';
import { loadPage } from '../../../src/admin/page/page.js';
import type { Checked } from '../../../src/admin/readiness.js';
import type { Occupancy } from '../../../src/admin/view.js';
import type { SessionRow } from '../../../src/relay/session-list.js';

const hash = (text = ''): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

test('the page is one small document with one style and one script, which have the hashes that it says', () => {
  const { html, styleHash, scriptHash } = loadPage();
  assert.ok(Buffer.byteLength(html) < 30_000, `${Buffer.byteLength(html)} octets`);
  const contents = (tag: string) => [...html.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))];
  assert.deepEqual(
    contents('style').map(([, text]) => hash(text)),
    [styleHash],
  );
  assert.deepEqual(
    contents('script').map(([, text]) => hash(text)),
    [scriptHash],
  );
});

test('the page names nothing that it would have to fetch, and no code in its attributes', () => {
  const { html } = loadPage();
  for (const [, url = ''] of html.matchAll(/\b(?:src|href|action|srcset)\s*=\s*"([^"]*)"/g)) {
    assert.match(url, /^(?:data:|#)/);
  }
  assert.doesNotMatch(
    html,
    /@import|url\(|\son\w+\s*=\s*"|\sstyle\s*=\s*"|innerHTML|outerHTML|insertAdjacent/,
  );
});

test('what the listener answers is what the page expects, by the compiler', () => {
  // Assignments that only compile while one has what the other asks for.
  const sample: page.Sample = {} as Sample;
  const send: page.Send = {} as RecentSend;
  const session: Omit<page.Session, 'upstream'> = {} as SessionRow;
  const check: page.Check = {} as Checked;
  const sessions: page.Status['sessions'] = {} as Occupancy;
  assert.equal([sample, send, session, check, sessions].length, 5);
});
