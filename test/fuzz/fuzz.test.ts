import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { guide } from './coverage.js';
import { describeTestFind } from './find.js';
import { Fuzzer } from './fuzzer.js';

guide();
const { targets } = await import('./targets.js');

/** Enough to go beyond the seeds; `npm run fuzz` is the long form. */
const INPUTS = 2000;

suite('the fuzzer, for a short while', () => {
  for (const target of targets) {
    test(`${target.name} holds for ${INPUTS} inputs, and they go beyond the seeds`, () => {
      const fuzzer = new Fuzzer(target, 1);
      const { length } = target.seeds;
      for (const left of [length + 1, INPUTS]) {
        const find = fuzzer.run(left);
        if (find !== undefined) assert.fail(describeTestFind(target, find));
        if (left !== INPUTS) assert.ok(fuzzer.progress.edges > 0, 'the code is not instrumented');
      }
      assert.ok(fuzzer.progress.corpus > length + 1, 'no input but the seeds went anywhere');
    });
  }
});
