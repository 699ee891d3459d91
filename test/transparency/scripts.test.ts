import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scripts } from './scripts.js';

/** Scripts that there have to be, for each server. */
const LEAST = 150;

test(`${scripts.length} scripts, no two of one name`, () => {
  assert.ok(scripts.length >= LEAST);
  assert.equal(new Set(scripts.map((script) => script.name)).size, scripts.length);
});
