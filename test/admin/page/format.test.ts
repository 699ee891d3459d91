import assert from 'node:assert/strict';
import { test } from 'node:test';
import { area, bars, line } from '../../../src/admin/page/browser/curve.js';
import { count, elapsed, octets, took, visible } from '../../../src/admin/page/browser/format.js';
import { sorted } from '../../../src/admin/page/browser/order.js';

test('octets have three digits and a binary unit', () => {
  const table: [number, string][] = [
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.00 KiB'],
    [10_234, '9.99 KiB'],
    [10_240, '10.0 KiB'],
    [102_400, '100 KiB'],
    [1_048_063, '1023 KiB'],
    [1_048_064, '1.00 MiB'],
    [5 * 2 ** 30, '5.00 GiB'],
    [2_000 * 2 ** 50, '2000 PiB'],
  ];
  for (const [value, text] of table) assert.equal(octets(value), text);
});

test('what is long ago is told in its two largest units', () => {
  const table: [number, string][] = [
    // A clock that was set back.
    [-5_000, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_000, '59 min'],
    [3_600_000, '1 h 0 min'],
    [86_399_000, '23 h 59 min'],
    [90_000_000, '1 d 1 h'],
    [86_400_000 * 1_200, '1,200 d 0 h'],
  ];
  for (const [value, text] of table) assert.equal(elapsed(value), text);
  assert.equal(took(999), '999 ms');
  assert.equal(took(61_250), '61.3 s');
  assert.equal(count(1_234_567), '1,234,567');
});

test('what would turn text round, hide in it, or break its line is shown as its number', () => {
  assert.equal(visible('invoice\u202egpj.exe'), 'invoice\\u{202e}gpj.exe');
  assert.equal(
    visible('a\u200bb\u2066c\u2028d\r\ne\0'),
    'a\\u{200b}b\\u{2066}c\\u{2028}d\\u{d}\\u{a}e\\u{0}',
  );
  assert.equal(visible('\ud800'), '\\u{d800}');
  assert.equal(visible('<b>&amp; Jörg, 田中, שלום'), '<b>&amp; Jörg, 田中, שלום');
});

test('bars stand at the right edge, on those below them, and none has the height nought', () => {
  const grid = { slots: 4, height: 40 };
  assert.equal(bars([2, 0, 4], [], 4, grid), 'M1.1 40V20h.8V40zM3.1 40V0h.8V40z');
  assert.equal(bars([1], [3], 4, grid), 'M3.1 10V0h.8V10z');
  assert.equal(line([0, 4], 4, grid), 'M2.5 40L3.5 0');
  assert.equal(area([0, 4], 4, grid), 'M2.5 40L3.5 0L3.5 40L2.5 40z');
  assert.equal(area([], 1, grid), '');
});

test('rows are ordered by number or as a reader orders texts, and equal ones stay as they came', () => {
  const rows = ['b10', 'B9', 'a', 'b10 '].map((text, at) => ({ text, at }));
  assert.deepEqual(
    sorted(rows, ({ text }) => text.trim(), false).map(({ at }) => at),
    [2, 1, 0, 3],
  );
  assert.deepEqual(
    sorted(rows, ({ at }) => at % 2, true).map(({ at }) => at),
    [1, 3, 0, 2],
  );
});
