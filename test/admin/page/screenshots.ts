import { execFile } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensure } from '../../support/packages.js';
import { startBrowser, visit } from './browser.js';
import { exampleView } from './example.js';
import { startStand } from './stand.js';

const DIRECTORY = fileURLToPath(new URL('../../../../docs/admin/', import.meta.url));
const run = promisify(execFile);
const PICTURES = [
  { name: 'status-light', colorScheme: 'light', viewport: { width: 1440, height: 1060 } },
  { name: 'status-dark', colorScheme: 'dark', viewport: { width: 1440, height: 1060 } },
  { name: 'status-narrow', colorScheme: 'light', viewport: { width: 360, height: 1400 } },
] as const;

/** Makes the pictures of the status page in the documents: `npm run screenshots`. */
const view = exampleView(Date.now());
await view.refusals.change('mallory@example.net', true);
await view.readiness.look();
const server = await startStand(undefined, view);
await ensure('pngquant');
const browser = await startBrowser();
mkdirSync(DIRECTORY, { recursive: true });
for (const { name, ...options } of PICTURES) {
  const { page, context } = await visit(browser, server.url, { ...options, locale: 'en-GB' });
  await page.locator('#sends tbody tr').first().waitFor();
  const path = `${DIRECTORY}${name}.png`;
  await page.screenshot({ path });
  // A page has few colours; its picture is a third as large when it has no others.
  await run('pngquant', ['--force', '--strip', '--ext', '.png', path]);
  process.stdout.write(`${name}.png ${Math.round(statSync(path).size / 1024)} KiB\n`);
  await context.close();
}
await browser.close();
await server.close();
