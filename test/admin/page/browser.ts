import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { browsers, ensure } from '../../support/packages.js';
import { scratchDirectory } from '../../support/scratch.js';

/** Debian's Chromium, without a screen, and without anything that it does by itself on the network. */
const EXECUTABLE = '/usr/bin/chromium';
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Milliseconds; a machine under load is slow. */
const DEADLINE = 60_000;

/** The font of the machine is Roboto, wherever this runs: pictures change with the page alone. */
const FONTS = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include>/etc/fonts/fonts.conf</include><match target="pattern">
<edit name="family" mode="prepend" binding="strong"><string>Roboto</string></edit></match></fontconfig>`;

export async function startBrowser(context?: Pick<TestContext, 'after'>): Promise<Browser> {
  await ensure(...browsers);
  // Everything it writes is here: the profile, and what it takes a home directory for.
  const files = scratchDirectory('chromium');
  const fonts = join(files.path, 'fonts.conf');
  writeFileSync(fonts, FONTS);
  const browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: QUIET,
    timeout: DEADLINE,
    artifactsDir: files.path,
    env: { ...process.env, HOME: files.path, TMPDIR: files.path, FONTCONFIG_FILE: fonts },
  });
  const close = browser.close.bind(browser);
  browser.close = async () => {
    await close();
    await files.remove();
  };
  context?.after(() => browser.close());
  return browser;
}

/** A tab, and what it did that no page of ours may do. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Requests to another origin than that of the page, errors and violations of the policy in the console, exceptions. */
  readonly faults: readonly string[];
}

export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(DEADLINE);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && origin !== new URL(url).origin) faults.push(`asked ${request.url()}`);
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`thrown: ${error}`));
  await page.goto(url);
  return { page, context, faults };
}
