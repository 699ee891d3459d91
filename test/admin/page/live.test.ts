import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { type Dovecot, startDovecot } from '../../support/dovecot.js';
import { type RunningProxy, startProxy } from '../../support/proxy.js';
import { type Sink, startSink } from '../../support/sink.js';
import { Wire } from '../../support/wire.js';
import { startBrowser, type Visitor, visit } from './browser.js';

const REFUSAL = '550 5.1.1 <nobody@example.net> is unknown here';
const messageTo = (address: string): string =>
  `From: anna@example.org\r\nTo: ${address}\r\nSubject: page\r\n\r\nHello\r\n`;

describe('the status page of a proxy between Dovecot and a submission server', () => {
  let dovecot: Dovecot;
  let sink: Sink;
  let proxy: RunningProxy;
  let browser: Browser;
  let visitor: Visitor;
  const wires: Wire[] = [];

  before(async () => {
    dovecot = await startDovecot();
    await dovecot.deliver(dovecot.user, 'INBOX', messageTo('bob@example.net'));
    await dovecot.deliver(dovecot.user, 'INBOX', messageTo('nobody@example.net'));
    sink = await startSink({ onRecipient: (address) => (/^nobody@/.test(address) ? REFUSAL : undefined) });
    proxy = await startProxy({
      upstream: `imap://127.0.0.1:${dovecot.port}`,
      submission: `smtp://127.0.0.1:${sink.port}`,
      'submission-auth': 'none',
      'sender-policy': 'submission',
      admin: 'http://127.0.0.1:0',
    });
    browser = await startBrowser();
    visitor = await visit(browser, proxy.admin ?? '');
  });
  after(async () => {
    for (const wire of wires) wire.close();
    await browser?.close();
    await proxy?.stop();
    await sink?.stop();
    await dovecot?.stop();
  });

  const connect = async (): Promise<Wire> => {
    const wire = await Wire.connect(proxy.port);
    wires.push(wire);
    await wire.until(/^\* OK [^\n]*\n/);
    return wire;
  };
  const join = async (): Promise<Wire> => {
    const wire = await connect();
    await wire.command('l', `LOGIN ${dovecot.user} "${dovecot.password}"`);
    await wire.command('s', 'SELECT INBOX');
    return wire;
  };
  const leave = async (wire: Wire): Promise<void> => {
    await wire.command('x', 'LOGOUT');
    wire.close();
  };
  const rows = (table: 'sessions' | 'sends', text: string) =>
    visitor.page.locator(`#${table} tbody tr`).filter({ hasText: text });
  const noticeIs = (text: string) =>
    visitor.page.getByRole('status').getByText(text, { exact: true }).waitFor();

  test('says that nobody is there, and then who comes, and goes', async () => {
    const { page } = visitor;
    await page.getByText('Nobody is connected.').waitFor();
    await page.getByText('Nothing was sent since the proxy was started.').waitFor();
    const early = await connect();
    await rows('sessions', 'not authenticated').waitFor();
    await early.command('l', `LOGIN ${dovecot.user} "${dovecot.password}"`);
    const row = rows('sessions', dovecot.user);
    await row.waitFor();
    assert.match(await row.innerText(), /authenticated/);
    assert.match(await row.innerText(), /127\.0\.0\.1:\d+/);
    assert.match(await row.innerText(), new RegExp(`imap://127\\.0\\.0\\.1:${dovecot.port}`));
    await leave(early);
    await row.waitFor({ state: 'detached' });
    await page.locator('#phase').filter({ hasText: 'ready' }).waitFor();
  });

  test('shows what became of each message, with the reply of the submission server', async () => {
    const wire = await join();
    await wire.command('a', 'SEND 1:2');
    const sent = rows('sends', 'OK').filter({ hasText: /25\d / });
    const refused = rows('sends', 'NO RCPT TO');
    await sent.waitFor();
    assert.match(await refused.innerText(), new RegExp(REFUSAL.replaceAll('.', '\\.')));
    await visitor.page.getByLabel('Failed only').check();
    await sent.waitFor({ state: 'detached' });
    assert.equal(await refused.count(), 1);
    await visitor.page.getByLabel('Failed only').uncheck();
    await sent.waitFor();
    await leave(wire);
    await rows('sessions', dovecot.user).waitFor({ state: 'detached' });
  });

  test('ends a session by the keyboard alone, after asking', async () => {
    const wire = await join();
    const { page } = visitor;
    await rows('sessions', 'selected').waitFor();
    await page.locator('body').press('/');
    await page.keyboard.type('anna@');
    await page.getByText('1 matching', { exact: true }).waitFor();
    const focused = () => page.evaluate('document.activeElement.textContent');
    for (let tabs = 0; tabs < 30 && (await focused()) !== 'End'; tabs++) await page.keyboard.press('Tab');

    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'End this session?' });
    await dialog.waitFor();
    assert.match(await dialog.innerText(), /anna@example\.org/);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(await focused(), 'End', 'the focus is where it was');

    await page.keyboard.press('Enter');
    await dialog.waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.match(await wire.rest(), /^\* BYE .*administrator/m);
    wire.close();
    await page.getByText('No session matches the filter.').waitFor();
    assert.match(await page.getByRole('status').innerText(), /^Session [\w-]+ was told to end\.$/);
    assert.equal(await page.evaluate('document.activeElement.id'), 'sessions', 'the focus did not get lost');
    await page.getByRole('searchbox').fill('');
  });

  test('refuses SEND for a login, and allows it again', async () => {
    const wire = await join();
    const row = rows('sessions', dovecot.user);
    await row.getByRole('button', { name: `Refuse SEND for ${dovecot.user}` }).click();
    await noticeIs(`SEND is refused for ${dovecot.user}.`);
    assert.match(await wire.command('a', 'SEND 1'), /^a NO \[NOPERM\]/m);
    await row.getByRole('button', { name: `Allow SEND for ${dovecot.user}` }).waitFor();

    await visitor.page.locator('#refused li').getByRole('button').click();
    await noticeIs(`SEND is allowed for ${dovecot.user}.`);
    await row.getByRole('button', { name: `Refuse SEND for ${dovecot.user}` }).waitFor();
    assert.match(await wire.command('b', 'SEND 1'), /^b OK/m);
    await leave(wire);
  });

  test('refuses SEND for a login that is not here, whatever its name', async () => {
    const { page } = visitor;
    const name = 'a/b?c#d %2e@example.org';
    await page.getByLabel('Login', { exact: true }).fill(name);
    await page.keyboard.press('Enter');
    await noticeIs(`SEND is refused for ${name}.`);
    await page.locator('#refused li').filter({ hasText: name }).getByRole('button').click();
    await noticeIs(`SEND is allowed for ${name}.`);
    await page.locator('#refused li').waitFor({ state: 'detached' });
  });

  test('asks nobody else for anything, and breaks no rule of its policy', () => {
    assert.deepEqual(visitor.faults, []);
  });
});
