import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Gate } from '../../src/gate/gate.js';
import type { Leg } from '../../src/relay/leg.js';
import type { OwnFetches } from '../../src/relay/own-fetches.js';
import { ServerFlow } from '../../src/relay/server-flow.js';

/** Forwards everything; between two responses as long as the test says so. */
const gate = {
  atResponseBoundary: true,
  server: (octets: Buffer, offset: number) =>
    offset < octets.length ? { do: 'forward', end: octets.length } : { do: 'more' },
};
let written: string[] = [];
let flow: ServerFlow;
beforeEach(() => {
  written = [];
  gate.atResponseBoundary = true;
  const client = { write: (octets: Buffer) => written.push(octets.toString()), congested: false };
  flow = new ServerFlow(
    gate as unknown as Gate,
    client as unknown as Leg,
    undefined as unknown as OwnFetches,
    undefined as unknown as Leg,
    { event() {}, fail: (violation) => assert.fail(violation) },
  );
});
const line = (text: string): Buffer => Buffer.from(text);

describe('lines of our own that may wait for the end of a turn', () => {
  test('go out in one write', async () => {
    flow.insertSoon(line('1 '));
    flow.insertSoon(line('2 '));
    assert.deepEqual([written, flow.behind], [[], true]);
    await nextTurn();
    assert.deepEqual([written, flow.behind], [['1 2 '], false]);
    flow.insertSoon(line('3 '));
    await nextTurn();
    assert.deepEqual(written, ['1 2 ', '3 ']);
  });

  const overtaking: Readonly<Record<string, () => void>> = {
    'a line that may not wait': () => flow.insert(line('later')),
    'octets of upstream': () => void flow.decide(line('later')),
    'what is done between two responses': () => flow.betweenResponses(() => written.push('later')),
    'the last line': () => flow.last(line('later'), () => {}),
    'the last line if it can be written now': () => flow.lastNow(line('later')),
  };
  for (const [name, act] of Object.entries(overtaking)) {
    test(`come before ${name}`, async () => {
      flow.insertSoon(line('1 '));
      flow.insertSoon(line('2 '));
      act();
      assert.equal(written.join(''), '1 2 later');
      await nextTurn();
      assert.equal(written.join(''), '1 2 later');
    });
  }

  test('are not lost when nothing comes behind them', () => {
    flow.insertSoon(line('1 '));
    flow.lastNow(undefined);
    assert.deepEqual(written, ['1 ']);
  });

  test('do not go out inside a response of upstream', async () => {
    gate.atResponseBoundary = false;
    flow.insertSoon(line('1 '));
    await nextTurn();
    assert.deepEqual(written, []);
    gate.atResponseBoundary = true;
    flow.decide(line('behind'));
    assert.deepEqual(written, ['1 ', 'behind']);
  });
});
