import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { causeText } from '../../src/relay/close-reason.js';
import {
  type SessionDeadlines,
  sweepSession,
  type Watched,
  watch,
} from '../../src/relay/session-deadlines.js';

const deadlines: SessionDeadlines = {
  handshakeMs: 1,
  greetingMs: 60,
  loginMs: 180,
  idleMs: 1_000,
  writeMs: 300,
  fetchMs: 300,
  wholeFetchMs: 2_000,
  lingerMs: 50,
  partMs: 20,
  sweepMs: 1,
};

type State = Pick<Watched['session'], 'sending' | 'ending'> & Watched['session']['vitals'];

const FRESH: State = {
  activity: 0,
  authenticated: false,
  silent: true,
  sending: false,
  fetchAwaited: undefined,
  fetchInFlight: undefined,
  literalAwaited: undefined,
  untakenByClient: undefined,
  untakenByUpstream: undefined,
  ending: false,
};
const GREETED: State = { ...FRESH, silent: false };
const LOGGED_IN: State = { ...GREETED, authenticated: true };
const ENDING: State = { ...LOGGED_IN, ending: true };
/** `octets` of the answer to our FETCH number `fetch` are there. */
const fetching = (fetch: number, octets: number, state = LOGGED_IN): State => ({
  ...state,
  sending: true,
  fetchInFlight: fetch,
  fetchAwaited: octets,
});
/** From 0 to `until`, one octet each 100 ms. */
const trickle = (until: number, fetchAt: (now: number) => number, state?: State): [number, State][] =>
  Array.from({ length: until / 100 + 1 }, (_, n) => [n * 100, fetching(fetchAt(n * 100), n, state)]);

/** The state of a session at each sweep, by the clock, and what becomes of it at the last one. */
const sweeps: readonly [name: string, states: readonly [number, State][], end: string | undefined][] = [
  ['upstream has not greeted yet', [[59, FRESH]], undefined],
  ['upstream does not greet', [[60, FRESH]], 'close upstream timeout greeting'],
  ['the client has not logged in yet', [[179, GREETED]], undefined],
  ['the client does not log in', [[180, GREETED]], 'close client timeout login'],
  [
    'the client does not log in, and is never done with what comes',
    [
      [179, { ...GREETED, activity: 1 }],
      [190, { ...GREETED, activity: 2, ending: true }],
      [199, { ...GREETED, activity: 3, ending: true }],
    ],
    undefined,
  ],
  [
    'it has to go all the same',
    [
      [179, { ...GREETED, activity: 1 }],
      [190, { ...GREETED, activity: 2, ending: true }],
      [200, { ...GREETED, activity: 3, ending: true }],
    ],
    'destroy client timeout login',
  ],
  [
    'the client leaves its login and takes its time for another (UNAUTHENTICATE)',
    [
      [500, LOGGED_IN],
      [679, GREETED],
      [680, GREETED],
    ],
    'close client timeout login',
  ],
  [
    'the client is busy with something else than a login',
    [
      [179, GREETED],
      [180, { ...GREETED, activity: 7 }],
    ],
    'close client timeout login',
  ],
  ['a session is idle, not for too long', [[999, LOGGED_IN]], undefined],
  [
    'a session is idle for too long',
    [
      [1, LOGGED_IN],
      [1_001, LOGGED_IN],
    ],
    'close client timeout idle',
  ],
  [
    'a session was active meanwhile',
    [
      [1, LOGGED_IN],
      [900, { ...LOGGED_IN, activity: 7 }],
      [1_899, { ...LOGGED_IN, activity: 7 }],
    ],
    undefined,
  ],
  [
    'SEND takes longer than a session may be idle',
    [
      [1, { ...LOGGED_IN, sending: true }],
      [5_000, { ...LOGGED_IN, sending: true }],
    ],
    undefined,
  ],
  [
    'a session idles after a long SEND',
    [
      [5_000, { ...LOGGED_IN, sending: true }],
      [5_999, LOGGED_IN],
    ],
    undefined,
  ],
  [
    'upstream does not go on with the answer to our FETCH',
    [
      [1, { ...LOGGED_IN, sending: true, fetchAwaited: 10 }],
      [100, { ...LOGGED_IN, sending: true, fetchAwaited: 20 }],
      [400, { ...LOGGED_IN, sending: true, fetchAwaited: 20 }],
    ],
    'loseUpstream upstream timeout fetch',
  ],
  [
    'upstream is slow, but goes on, and then the submission server is slow',
    [
      [1, { ...LOGGED_IN, sending: true, fetchAwaited: 10 }],
      [300, { ...LOGGED_IN, sending: true, fetchAwaited: 11 }],
      [599, { ...LOGGED_IN, sending: true, fetchAwaited: 12 }],
      [898, { ...LOGGED_IN, sending: true }],
      [2_000, { ...LOGGED_IN, sending: true }],
      [2_001, { ...LOGGED_IN, sending: true, fetchAwaited: 12 }],
    ],
    undefined,
  ],
  ['upstream trickles the answer to our FETCH', trickle(1_900, () => 1), undefined],
  [
    'upstream trickles the answer to our FETCH for too long',
    trickle(2_000, () => 1),
    'loseUpstream upstream timeout fetch',
  ],
  ['upstream trickles several such answers', trickle(5_000, (now) => Math.floor(now / 1_900)), undefined],
  [
    'upstream trickles such an answer, and the session is about to end',
    trickle(100, () => 1, ENDING),
    'loseUpstream upstream timeout fetch',
  ],
  ['login is to come before the greeting', [[180, FRESH]], 'close upstream timeout greeting'],
  [
    'the client reads nothing of what waits for it',
    [
      [1, { ...LOGGED_IN, activity: 1, untakenByClient: 10 }],
      [300, { ...LOGGED_IN, activity: 2, untakenByClient: 10 }],
      [301, { ...LOGGED_IN, activity: 3, untakenByClient: 10 }],
    ],
    'close client timeout write',
  ],
  [
    'the client reads nothing of what SEND tells it',
    [
      [1, { ...LOGGED_IN, sending: true, untakenByClient: 10 }],
      [301, { ...LOGGED_IN, sending: true, untakenByClient: 10 }],
    ],
    'close client timeout write',
  ],
  [
    'the client reads slowly, then everything, then there is more',
    [
      [1, { ...LOGGED_IN, untakenByClient: 10 }],
      [300, { ...LOGGED_IN, untakenByClient: 11 }],
      [599, { ...LOGGED_IN, untakenByClient: 11 }],
      [600, LOGGED_IN],
      [601, { ...LOGGED_IN, untakenByClient: 11 }],
      [900, { ...LOGGED_IN, untakenByClient: 11 }],
    ],
    undefined,
  ],
  [
    'upstream takes nothing',
    [
      [1, { ...LOGGED_IN, untakenByUpstream: 10 }],
      [301, { ...LOGGED_IN, untakenByUpstream: 10 }],
    ],
    'close upstream timeout write',
  ],
  [
    'upstream does not answer a literal',
    [
      [1, { ...LOGGED_IN, literalAwaited: 10 }],
      [301, { ...LOGGED_IN, literalAwaited: 10 }],
    ],
    'close upstream timeout literal',
  ],
  [
    'upstream does not answer a literal at once, but says that it is there',
    [
      [1, { ...LOGGED_IN, literalAwaited: 10 }],
      [300, { ...LOGGED_IN, literalAwaited: 11 }],
      [599, { ...LOGGED_IN, literalAwaited: 12 }],
      [898, LOGGED_IN],
    ],
    undefined,
  ],
  [
    'a session ends, and there is still time',
    [
      [500, ENDING],
      [549, ENDING],
    ],
    undefined,
  ],
  [
    'a session does not come to its end',
    [
      [500, ENDING],
      [550, ENDING],
    ],
    'destroy client timeout linger',
  ],
  [
    'an ending session still has something to deliver',
    [
      [500, ENDING],
      [549, { ...ENDING, activity: 7 }],
      [598, { ...ENDING, activity: 7 }],
    ],
    undefined,
  ],
  [
    'an ending session still sends',
    [
      [500, ENDING],
      [900, { ...ENDING, sending: true }],
      [949, ENDING],
    ],
    undefined,
  ],
];

describe('the sweep', () => {
  for (const [name, states, end] of sweeps) {
    test(`${name}: ${end ?? 'nothing happens'}`, () => {
      const ends: string[] = [];
      const act = (verb: string): Pick<Watched['session'], 'close' | 'loseUpstream' | 'destroy'> => ({
        close: (reason) => void ends.push(`${verb}close ${reason.side} ${causeText(reason)}`),
        loseUpstream: (reason) => void ends.push(`${verb}loseUpstream ${reason.side} ${causeText(reason)}`),
        destroy: (reason) => void ends.push(`${verb}destroy ${reason.side} ${causeText(reason)}`),
      });
      const swept: Omit<Watched, 'session'> & { session: Watched['session'] } = watch(
        { ...FRESH, vitals: FRESH, ...act('') },
        0,
      );
      for (const [now, state] of states) {
        assert.deepEqual(ends, [], `before ${now}`);
        swept.session = { ...state, vitals: state, ...act('') };
        sweepSession(swept, deadlines, now);
      }
      assert.deepEqual(ends, end === undefined ? [] : [end]);
    });
  }
});
