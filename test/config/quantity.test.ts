import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration, parseSize } from '../../src/config/quantity.js';

const sizes: Record<string, number | undefined> = {
  '1': 1,
  '512B': 512,
  '1kB': 1000,
  '1KiB': 1024,
  '25MB': 25_000_000,
  '100MiB': 104_857_600,
  '2 GiB': 2_147_483_648,
  '8388607GiB': 8388607 * 1024 ** 3,
  '0': undefined,
  '': undefined,
  MiB: undefined,
  '100M': undefined,
  '100mib': undefined,
  '1.5GiB': undefined,
  '-1': undefined,
  '1e6': undefined,
  '0x10': undefined,
  ' 1': undefined,
  '1 ': undefined,
  '99999999999999999': undefined,
  '8388608GiB': undefined,
  '1constructor': undefined,
};

const durations: Record<string, number | undefined> = {
  '0s': 0,
  '250ms': 250,
  '30s': 30_000,
  '5m': 300_000,
  '1h': 3_600_000,
  '24d': 2_073_600_000,
  '2147483647ms': 2_147_483_647,
  '2147483648ms': undefined,
  '25d': undefined,
  '30': undefined,
  '30S': undefined,
  '1.5h': undefined,
  '-1s': undefined,
  s: undefined,
  '': undefined,
};

for (const [text, octets] of Object.entries(sizes)) {
  test(`the size "${text}" is ${octets ?? 'none'}`, () => assert.equal(parseSize(text), octets));
}

for (const [text, milliseconds] of Object.entries(durations)) {
  test(`the duration "${text}" is ${milliseconds ?? 'none'}`, () =>
    assert.equal(parseDuration(text), milliseconds));
}
