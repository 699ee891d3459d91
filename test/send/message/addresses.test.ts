import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { parseAddressHeader } from 'mailparser';
import { parseAddressList } from '../../../src/send/message/addresses.js';

/** Address syntax case by case is in the header corpus (envelope.test.ts); here is what holds for all texts. */

const printable = fc.string({
  unit: fc.constantFrom(
    ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)),
    '\u00fc',
    '\u5b57',
  ),
});
const quotedString = printable.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`);
const atom = fc.string({ unit: fc.constantFrom(..."abzAZ09!#$%&'*+-/=^_`{|}~"), minLength: 1, maxLength: 8 });
const dotAtom = fc.array(atom, { minLength: 1, maxLength: 3 }).map((atoms) => atoms.join('.'));
const domain = fc.constantFrom(
  'b.example',
  'B.example',
  'x-1.b.example',
  '[192.0.2.1]',
  '[IPv6:2001:db8::1]',
  'b\u00fccher.example',
);
const comment = printable.map((text) => `(${text.replace(/[()\\]/g, '\\$&')})`);
const blank = fc.oneof(fc.constantFrom('', '', ' ', '\t', '  '), comment);

/** A mailbox as it is written, and as SMTP has it. */
const mailbox = fc
  .record({
    name: fc.option(fc.oneof(quotedString, dotAtom)),
    local: dotAtom,
    domain,
    before: blank,
    after: blank,
  })
  .map(({ name, local, domain, before, after }) => {
    const address = `${local}@${domain}`;
    const written = name === null ? address : `${name}${before}<${address}>`;
    return { written: `${before}${written}${after}`, address };
  });

suite('address lists', () => {
  test('all that a list is made of is found, and nothing else, whatever names and comments say', () => {
    fc.assert(
      fc.property(fc.array(mailbox, { maxLength: 8 }), fc.boolean(), (mailboxes, grouped) => {
        const list = mailboxes.map(({ written }) => written).join(',');
        assert.deepEqual(parseAddressList(grouped ? `"a@b.example" : ${list};` : list), {
          kind: 'mailboxes',
          mailboxes: mailboxes.map(({ address }) => address),
        });
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('mailparser, reading plain lists, finds the same', () => {
    const plain = fc.record({ name: quotedString, local: atom, domain });
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 8 }), (mailboxes) => {
        const list = mailboxes.map(({ name, local, domain }) => `${name} <${local}@${domain}>`).join(', ');
        const { value } = parseAddressHeader(list, { decodePunycode: false });
        assert.deepEqual(parseAddressList(list), {
          kind: 'mailboxes',
          mailboxes: value.map(({ address }) => address),
        });
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test('every local part that SMTP can quote is kept, character by character', () => {
    fc.assert(
      fc.property(printable, (content) => {
        fc.pre(!/[<>]|=\?/.test(content));
        const list = parseAddressList(`"${content.replace(/["\\]/g, '\\$&')}"@b.example`);
        assert.ok(list.kind === 'mailboxes');
        const [address = ''] = list.mailboxes;
        assert.ok(address.endsWith('@b.example'));
        const local = address.slice(0, -'@b.example'.length);
        assert.equal(local.startsWith('"') ? local.slice(1, -1).replace(/\\(.)/gu, '$1') : local, content);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test('whatever is read can go into an SMTP command, and reads as itself', () => {
    const text = fc.string({
      unit: fc.constantFrom(
        ...'ab@@@..,;:<>()"\\[] \t\0\x01\x7f\u0085\u00a0\ufeff',
        'b.example',
        '=?a?q?',
        '1',
        '\u00fc',
      ),
      maxLength: 30,
    });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 3 }), (texts) => {
        const list = parseAddressList(texts.join('a@b.example'));
        if (list.kind === 'unreadable') return;
        for (const address of list.mailboxes) {
          assert.match(
            address,
            /^(?:"(?:[^"\\]|\\[ -~])*"|[^ "(),:;<>@[\\\]]+)@(?:[^ "(),:;<>@[\\\]]+|\[[0-9A-Za-z.:]+\])$/u,
          );
          assert.doesNotMatch(address, /\p{Cc}|[<>]/u);
          assert.deepEqual(parseAddressList(address), { kind: 'mailboxes', mailboxes: [address] });
        }
      }),
      { seed: 4, numRuns: 3000 },
    );
  });

  test('a million characters of anything are read, without a deep stack', () => {
    const hostile = [
      '(',
      '()',
      '"',
      '"\\',
      ',',
      'a.',
      'a@',
      '<',
      'a:',
      'a ',
      'a',
      '[',
      '<@a,',
      '=?a',
      '\u00fc.',
      ';',
      ')',
    ];
    for (const unit of hostile) {
      const list = parseAddressList(unit.repeat(1_000_000 / unit.length));
      if (list.kind === 'unreadable') assert.ok(list.text.length <= 256);
      else assert.deepEqual(list.mailboxes, []);
    }
  });
});
