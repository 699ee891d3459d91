import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeFigures, runTrial } from './trial.js';

/** The long form is `npm run test:kill`. */
test('whatever is killed, no message is lost, sent twice or cut short', async (t) => {
  const seed = 7;
  const figures = await runTrial({ seed, sends: 80, clients: 6, pause: 250 });
  for (const line of describeFigures(seed, figures).split('\n')) t.diagnostic(line);
  const { lost, duplicated, truncated, accepted, unknown } = figures;
  assert.deepEqual({ lost, duplicated, truncated }, { lost: 0, duplicated: 0, truncated: 0 });
  assert.equal(accepted + unknown, 80);
  assert.ok(
    figures.kills.proxy + figures.kills.upstream + figures.kills.submission > 0,
    'nothing was killed',
  );
});
