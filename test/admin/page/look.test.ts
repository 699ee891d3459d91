import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import type { AdminServer } from '../../../src/admin/server.js';
import { startBrowser, visit } from './browser.js';
import { exampleView } from './example.js';
import { startStand } from './stand.js';

const WIDTHS = [360, 768, 1600];

describe('the look of the status page', () => {
  let browser: Browser;
  let server: AdminServer;
  before(async () => {
    browser = await startBrowser();
    const view = exampleView(Date.now(), 40);
    await view.refusals.change('mallory@example.net', true);
    server = await startStand(undefined, view);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of WIDTHS) {
      test(`${colorScheme}, ${width} px wide: accessible, and nothing beyond the edge`, async () => {
        const viewport = { width, height: 900 };
        const { page, context, faults } = await visit(browser, server.url, { colorScheme, viewport });
        await page.locator('#sends tbody tr').first().waitFor();
        await page.locator('#phase').filter({ hasText: 'ready' }).waitFor();
        // Into the page as the debugger does it: its policy lets no other script in.
        await page.evaluate(axe.source);
        const check = async (): Promise<string[]> => {
          const options = JSON.stringify({ resultTypes: ['violations'] });
          const { violations } = (await page.evaluate(`axe.run(document, ${options})`)) as axe.AxeResults;
          return violations.map(
            ({ id, nodes }) =>
              `${id}: ${nodes
                .map(({ html }) => html)
                .slice(0, 3)
                .join(' ')}`,
          );
        };
        assert.deepEqual(await check(), []);
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
        const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
        assert.equal(ground, colorScheme === 'light' ? 'rgb(244, 246, 248)' : 'rgb(16, 20, 26)');
        await page.locator('#sessions [data-action=end]').first().click();
        await page.getByRole('dialog').waitFor();
        assert.deepEqual(await check(), []);
        assert.deepEqual(faults, []);
        await context.close();
      });
    }
  }
});
