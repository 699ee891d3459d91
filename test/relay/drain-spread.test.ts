import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { drainSessions, type Leaver, spreadOf, turnsDue } from '../../src/relay/drain.js';
import { until } from '../workers/crew.js';

describe('turns', () => {
  const cases: readonly [what: string, total: number, elapsedMs: number, spreadMs: number, due: number][] = [
    ['nobody', 0, 0, 0, 0],
    ['one is told at once', 1, 0, 10, 1],
    ['of many, the first at once', 1_000, 0, 10_000, 1],
    ['half in half of the time', 1_000, 5_000, 10_000, 501],
    ['all before it is over', 1_000, 9_999, 10_000, 1_000],
    ['and afterwards no more than there are', 1_000, 20_000, 10_000, 1_000],
    ['all at once without time', 1_000, 0, 0, 1_000],
  ];
  for (const [what, total, elapsedMs, spreadMs, due] of cases) {
    test(what, () => assert.equal(turnsDue(total, elapsedMs, spreadMs), due));
  }
});

describe('the time that they are spread over', () => {
  const cases: readonly [what: string, total: number, pace: number, lastTurnMs: number, spreadMs: number][] =
    [
      ['few: as long as the pace demands', 50, 100, 27_000, 500],
      ['too many for the pace: all the time there is', 50_000, 100, 27_000, 27_000],
      ['without a pace, none', 50_000, Number.POSITIVE_INFINITY, 27_000, 0],
      ['without time, none', 50, 100, 0, 0],
    ];
  for (const [what, total, pace, lastTurnMs, spreadMs] of cases) {
    test(what, () => assert.equal(spreadOf(total, pace, lastTurnMs), spreadMs));
  }
});

/** Sessions that note what is asked of them, and do nothing. */
function leavers(count: number, told: (index: number) => boolean = () => false) {
  const asked: string[] = [];
  const sessions = Array.from({ length: count }, (_, index): Leaver => {
    const note = (what: string) => () => void asked.push(`${what} ${index}`);
    return {
      ending: true,
      told: told(index),
      sending: false,
      retire: note('retire'),
      leave: note('leave'),
      close: note('close'),
      giveUp: note('give up'),
      destroy: note('destroy'),
    };
  });
  return { asked, sessions };
}

const why = { reason: { side: 'proxy', cause: 'shutdown' }, text: 'the proxy is stopping' } as const;

test('all begin no SEND from the first moment; they leave in turn, and then it is quiet', async () => {
  const { asked, sessions } = leavers(5);
  const stop = drainSessions(() => sessions, { drainMs: 3_600_000, pace: 20, why });
  const retired = sessions.map((_, index) => `retire ${index}`);
  assert.deepEqual(asked, [...retired, 'leave 0']);
  await until('all had their turn', () => asked.length >= 10);
  assert.deepEqual(asked, [...retired, ...sessions.map((_, index) => `leave ${index}`)]);
  stop();
});

test('who was told and stays is cut off, though others are still under way', async () => {
  const { asked, sessions } = leavers(3, (index) => index === 1);
  const stop = drainSessions(() => sessions, { drainMs: 3_600_000, pace: Number.POSITIVE_INFINITY, why });
  await until('one is cut off', () => asked.some((each) => each.startsWith('destroy')));
  stop();
  assert.deepEqual(
    asked.filter((each) => /destroy|close|give up/.test(each)),
    ['destroy 1'],
  );
});
