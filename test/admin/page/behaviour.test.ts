import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { AdminView } from '../../../src/admin/view.js';
import type { SessionRow } from '../../../src/relay/session-list.js';
import { startBrowser, visit } from './browser.js';
import { exampleSessions, exampleView } from './example.js';
import { startStand } from './stand.js';

const HOSTILE = [
  '<script>document.title="taken"</script>',
  '<img src=x onerror=document.title="taken">',
  '"><svg onload=alert(1)>',
  'invoice\u202egpj.exe@example.org',
  'x'.repeat(500),
  '{{1+1}}`&lt;b&gt;&#60;',
] as const;

/** A proxy whose sessions are as the test says, now and later. */
function viewOf(rows: SessionRow[]): AdminView {
  return {
    ...exampleView(Date.now(), 5),
    sessions: async () => ({ total: rows.length, sessions: rows }),
    end: async () => false,
  };
}

/** Answered anew, so that what the page does with an answer is done when this resolves. */
const REFRESHED = `new Promise((resolve) => {
  const seen = performance.getEntriesByType('resource').length;
  const look = () => performance.getEntriesByType('resource').length >= seen + 4 ? resolve() : setTimeout(look, 20);
  look();
})`;

describe('the status page', () => {
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser?.close());

  test('shows what peers said as text, all of it, and nothing happens', async (context) => {
    const rows = exampleSessions(Date.now(), HOSTILE.length).map((row, at) => ({
      ...row,
      user: HOSTILE[at] as string,
      address: HOSTILE[at] as string,
    }));
    const view = viewOf(rows);
    for (const user of HOSTILE) await view.refusals.change(user, true);
    const log = view.activity.watching({ event: () => {} });
    for (const text of HOSTILE) {
      log.event('send', {
        session: text,
        user: text,
        uid: 1,
        outcome: 'refused',
        reply: `550 ${text}`,
      } as never);
    }
    const { url } = await startStand(context, view);
    const { page, faults } = await visit(browser, url, { viewport: { width: 1440, height: 900 } });
    await page.locator('#sessions tbody tr').first().waitFor();
    for (const place of ['#sessions', '#sends', '#refused']) {
      const shown = (await page.locator(place).textContent()) ?? '';
      for (const text of HOSTILE)
        assert.ok(shown.includes(text.replace('\u202e', '\\u{202e}')), `${place}: ${text}`);
      assert.equal(await page.locator(`${place} :is(script, img, svg)`).count(), 0);
    }
    assert.equal(await page.title(), 'imap-send-proxy');
    assert.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false);
    await page.locator('#sessions [data-action=end]').first().click();
    await page.locator('#end [value=end]').click();
    await page.getByRole('status').getByText('Not done: there is no such session.').waitFor();
    assert.deepEqual(
      faults.filter((fault) => !fault.includes('404')),
      [],
    );
  });

  test('touches only what changed, and leaves focus, order and place as they are', async (context) => {
    const rows = exampleSessions(Date.now(), 1_000).map((row) => ({
      ...row,
      since: '2020-01-01T00:00:00.000Z',
    }));
    const { url } = await startStand(context, viewOf(rows));
    const { page } = await visit(browser, url, { viewport: { width: 1440, height: 900 } });
    await page.getByRole('button', { name: 'From client' }).first().click();
    await page.evaluate("document.querySelector('#sessions').scrollTop = 900");
    const button = page.locator('#sessions tbody tr').nth(40).locator('[data-action=end]');
    const spoken = await button.getAttribute('aria-label');
    await button.focus();
    await page.evaluate(`window.touched = 0;
      new MutationObserver((records) => { touched += records.length; })
        .observe(document.querySelector('#sessions'), { subtree: true, childList: true, characterData: true, attributes: true })`);
    const place = await page.evaluate("document.querySelector('#sessions').scrollTop");
    await page.evaluate(REFRESHED);
    assert.equal(await page.evaluate('touched'), 0, 'nothing changed');

    // The one with the focus is now the first of them all; the one that was first goes.
    const id = /End session (\S+)/.exec(spoken ?? '')?.[1];
    const first = [...rows].sort((a, b) => b.bytesFromClient - a.bytesFromClient)[0] as SessionRow;
    const at = rows.findIndex((row) => row.id === id);
    rows[at] = { ...(rows[at] as SessionRow), bytesFromClient: 1e9 };
    rows.splice(rows.indexOf(first), 1);
    await page.locator('#sessions tbody tr').filter({ hasText: first.id }).waitFor({ state: 'detached' });
    assert.equal(await page.evaluate("document.activeElement.getAttribute('aria-label')"), spoken);
    assert.equal(
      await page
        .locator('#sessions tbody tr')
        .first()
        .locator('[data-action=end]')
        .getAttribute('aria-label'),
      spoken,
    );
    assert.equal(await page.locator('#sessions [aria-sort]').getAttribute('aria-sort'), 'descending');
    assert.equal(await page.locator('#sessions [aria-sort]').innerText(), 'From client');
    assert.equal(await page.evaluate("document.querySelector('#sessions').scrollTop"), place);
  });

  test('sorts by every column, both ways', async (context) => {
    const rows = exampleSessions(Date.now(), 30);
    const { url } = await startStand(context, viewOf(rows));
    const { page } = await visit(browser, url);
    await page.locator('#sessions tbody tr').first().waitFor();
    const columns: [string, (row: SessionRow) => string | number, 'ascending' | 'descending'][] = [
      ['User', ({ user }) => user ?? '', 'ascending'],
      ['From server', ({ bytesFromServer }) => bytesFromServer, 'descending'],
      ['Session', ({ id }) => id, 'ascending'],
    ];
    for (const [name, of, begins] of columns) {
      for (const direction of [begins, begins === 'ascending' ? 'descending' : 'ascending']) {
        await page.locator('#sessions thead').getByRole('button', { name }).click();
        const head = page.locator('#sessions [aria-sort]');
        assert.deepEqual([await head.innerText(), await head.getAttribute('aria-sort')], [name, direction]);
        const ids = await page.locator('#sessions tbody td[data-label=Session]').allInnerTexts();
        const shown = ids.map((text) => of(rows.find(({ id }) => text.endsWith(id)) as SessionRow));
        const collator = new Intl.Collator('en', { numeric: true });
        const ordered = [...shown].sort((a, b) =>
          typeof a === 'number' ? a - Number(b) : collator.compare(a, String(b)),
        );
        assert.deepEqual(shown, direction === 'ascending' ? ordered : ordered.reverse());
      }
    }
  });

  test('stays as it is while paused or out of sight, and goes on', async (context) => {
    let asked = 0;
    const rows = exampleSessions(Date.now(), 3);
    const view = viewOf(rows);
    const counting: AdminView = {
      ...view,
      sessions(text, most) {
        asked++;
        return view.sessions(text, most);
      },
    };
    const { url } = await startStand(context, counting);
    const { page } = await visit(browser, 'about:blank');
    await page.clock.install();
    await page.goto(url);
    const row = page.locator('#sessions tbody tr');
    await row.nth(2).waitFor();
    /** A minute later, and after an answer to a question that was put then. */
    const later = async (): Promise<void> => {
      await page.clock.fastForward(60_000);
      await page.evaluate("fetch('healthz/live').then((response) => response.text())");
    };
    await later();
    await page.getByRole('button', { name: 'Pause' }).click();
    const before = asked;
    rows.pop();
    await later();
    assert.deepEqual([asked, await row.count()], [before, 3]);
    await page.getByRole('button', { name: 'Resume' }).click();
    await row.nth(2).waitFor({ state: 'detached' });

    const see = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, value: ${hidden} });
        document.dispatchEvent(new Event('visibilitychange'))`);
    await see(true);
    const unseen = asked;
    await later();
    assert.equal(asked, unseen);
    rows.pop();
    await see(false);
    await row.nth(1).waitFor({ state: 'detached' });
  });

  test('says that the proxy does not answer, keeps what it knew, and notices when it is back', async (context) => {
    const view = viewOf(exampleSessions(Date.now(), 3));
    const { url, close } = await startStand(undefined, view);
    const { page } = await visit(browser, url);
    const row = page.locator('#sessions tbody tr');
    await row.nth(2).waitFor();
    await close();
    await page.getByRole('alert').getByText('The proxy does not answer.').waitFor();
    assert.equal(await row.count(), 3);
    assert.match(await page.title(), /^No answer/);
    await row.first().locator('[data-action=refuse]').click();
    await page.getByRole('status').getByText('Not done: the proxy does not answer.').waitFor();
    const again = await startStand(context, view, undefined, Number(new URL(url).port));
    assert.equal(again.url, url);
    await page.getByRole('alert').waitFor({ state: 'hidden' });
    assert.equal(await page.title(), 'imap-send-proxy');
  });

  test('says what is wrong with an answer, and looks again', async (context) => {
    const view = viewOf(exampleSessions(Date.now(), 3));
    const { url } = await startStand(context, view);
    const { page } = await visit(browser, url);
    await page.locator('#sessions tbody tr').nth(2).waitFor();
    const answers: [status: number, json: unknown, said: string][] = [
      [
        500,
        { error: 'the proxy has a fault' },
        'The proxy does not answer this page: the proxy has a fault.',
      ],
      [
        200,
        { version: '9' },
        'The proxy does not answer this page: this page is not of its version, reload it.',
      ],
    ];
    for (const [status, json, said] of answers) {
      await page.route('**/api/status', (route) => route.fulfill({ status, json }));
      await page.getByRole('alert').getByText(said).waitFor();
      assert.equal(await page.locator('#sessions tbody tr').count(), 3);
      await page.unroute('**/api/status');
      await page.getByRole('alert').waitFor({ state: 'hidden' });
    }
  });

  test('shows a thousand of many sessions, and finds the others', async (context) => {
    const view = exampleView(Date.now(), 1_200);
    const { sessions } = await view.sessions('', 1_200);
    const { url } = await startStand(context, view);
    const { page } = await visit(browser, url);
    await page.getByText('1,200, 4 not logged in, 1,000 shown: filter to see others').waitFor();
    assert.equal(await page.locator('#sessions tbody tr').count(), 1_000);
    await page.getByLabel('Filter').fill(` ${sessions[1_100]?.id} `);
    await page.getByText('1 matching', { exact: true }).waitFor();
    assert.equal(await page.locator('#sessions tbody tr').count(), 1);
  });

  test('asks for the token until it is the right one, and keeps it in the tab alone', async (context) => {
    const { url } = await startStand(context, viewOf(exampleSessions(Date.now(), 3)), 'tok-123');
    const { page, context: profile } = await visit(browser, url);
    const field = page.locator('#token-field');
    for (const wrong of ['wrong', 'fälsch', 'with blank']) {
      await field.waitFor();
      await field.fill(wrong);
      await page.keyboard.press('Enter');
      await page.getByText('That is not the token.').waitFor();
    }
    await field.fill(' tok-123\n'.trim());
    await page.keyboard.press('Enter');
    await page.locator('#sessions tbody tr').nth(2).waitFor();
    assert.equal(await field.inputValue(), '');
    assert.deepEqual(await page.evaluate('[localStorage.length, document.cookie, location.href]'), [
      0,
      '',
      `${url}/`,
    ]);
    const other = await profile.newPage();
    await other.goto(url);
    await other.locator('#token-field').waitFor();
  });
});
