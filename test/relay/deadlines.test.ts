import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { causeText } from '../../src/relay/close-reason.js';
import {
  type SessionDeadlines,
  sweepSession,
  type Watched,
  watch,
} from '../../src/relay/session-deadlines.js';
import { dial, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { type BareRelay, type BareRelayOptions, startRelay } from './bare-relay.js';
import { barrier } from './sending.js';
import { closedSessions } from './session.js';

const deadlines: SessionDeadlines = {
  handshakeMs: 1,
  greetingMs: 60,
  loginMs: 180,
  idleMs: 1_000,
  fetchMs: 300,
  lingerMs: 50,
  sweepMs: 1,
};

type State = Omit<Watched['session'], 'close' | 'loseUpstream' | 'destroy'>;

const FRESH: State = {
  activity: 0,
  authenticated: false,
  silent: true,
  sending: false,
  awaited: undefined,
  ending: false,
};
const GREETED: State = { ...FRESH, silent: false };
const LOGGED_IN: State = { ...GREETED, authenticated: true };
const ENDING: State = { ...LOGGED_IN, ending: true };

/** The state of a session at each sweep, by the clock, and what becomes of it at the last one. */
const sweeps: readonly [name: string, states: readonly [number, State][], end: string | undefined][] = [
  ['upstream has not greeted yet', [[59, FRESH]], undefined],
  ['upstream does not greet', [[60, FRESH]], 'close upstream timeout greeting'],
  ['the client has not logged in yet', [[179, GREETED]], undefined],
  ['the client does not log in', [[180, GREETED]], 'close client timeout login'],
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
      [1, { ...LOGGED_IN, sending: true, awaited: 10 }],
      [100, { ...LOGGED_IN, sending: true, awaited: 20 }],
      [400, { ...LOGGED_IN, sending: true, awaited: 20 }],
    ],
    'loseUpstream upstream timeout fetch',
  ],
  [
    'upstream is slow, but goes on, and then the submission server is slow',
    [
      [1, { ...LOGGED_IN, sending: true, awaited: 10 }],
      [300, { ...LOGGED_IN, sending: true, awaited: 11 }],
      [599, { ...LOGGED_IN, sending: true, awaited: 12 }],
      [898, { ...LOGGED_IN, sending: true }],
      [2_000, { ...LOGGED_IN, sending: true }],
      [2_001, { ...LOGGED_IN, sending: true, awaited: 12 }],
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
        { ...FRESH, ...act('') },
        0,
      );
      for (const [now, state] of states) {
        assert.deepEqual(ends, [], `before ${now}`);
        swept.session = { ...state, ...act('') };
        sweepSession(swept, deadlines, now);
      }
      assert.deepEqual(ends, end === undefined ? [] : [end]);
    });
  }
});

interface Relayed {
  readonly relay: BareRelay;
  readonly client: PeerConnection;
  readonly upstream: PeerConnection;
}

async function relayed(
  t: { after(cleanUp: () => Promise<void>): void },
  options: Omit<BareRelayOptions, 'upstream'>,
): Promise<Relayed> {
  const peer = await startImapPeer();
  const relay = await startRelay({ upstream: { port: peer.port }, ...options });
  const client = await dial(relay.port);
  t.after(async () => {
    client.reset();
    await peer.close();
    await relay.drain(0);
  });
  return { relay, client, upstream: await peer.accept() };
}

const soon = { greetingMs: 30, loginMs: 30, idleMs: 30, lingerMs: 30 };

describe('a session that is swept', () => {
  test('says BYE when upstream does not greet', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: { greetingMs: 30 } });
    await client.expectLine(
      /^\* BYE \[UNAVAILABLE\] the mail server does not answer \(session [\w-]+\)\r\n$/,
    );
    await client.expectEnd();
    await upstream.expectEnd();
    client.end();
    upstream.end();
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['upstream', 'timeout greeting']);
  });

  test('says BYE when nobody logs in', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: { loginMs: 300 } });
    await upstream.send('* OK ready\r\n');
    await client.expect('* OK ready\r\n');
    await client.expectLine(/^\* BYE no login in time /);
    await client.expectEnd();
    await upstream.expectEnd();
    client.end();
    upstream.end();
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'timeout login']);
  });

  test('says BYE when it idles; PREAUTH counts as a login', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: { loginMs: 300, idleMs: 600 } });
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    await client.expectLine(/^\* BYE idle for too long /);
    await upstream.expectEnd();
    client.end();
    upstream.end();
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'timeout idle']);
  });

  test('ends though the client stays after BYE and never stops talking', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: soon });
    await client.expectLine(/^\* BYE /);
    const talk = setInterval(() => void client.send('x NOOP\r\n'), 5);
    upstream.end();
    await closedSessions(relay);
    clearInterval(talk);
  });

  test('ends though the client is gone and upstream never stops talking', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: { lingerMs: 30 } });
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    const talk = setInterval(() => void upstream.send('* OK still here\r\n'), 5);
    client.reset();
    const [closed] = await closedSessions(relay);
    clearInterval(talk);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'error ECONNRESET']);
  });

  test('ends though neither side goes and nobody reads', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: { idleMs: 300, lingerMs: 30 } });
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    client.pause();
    void upstream.send('* OK never stops talking\r\n'.repeat(1_000_000));
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'timeout idle']);
  });
});

describe('the drain', () => {
  test('ends at its time-out although neither side goes', async (t) => {
    const { relay, client, upstream } = await relayed(t, {});
    await upstream.send('* OK ready\r\n');
    await client.expect('* OK ready\r\n');
    await relay.drain(30);
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['proxy', 'shutdown']);
    await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping /);
  });

  test('does not wait for a client that was told to go and stays', { timeout: 20_000 }, async (t) => {
    const { relay, client, upstream } = await relayed(t, {});
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    const drained = relay.drain(60_000);
    await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping/);
    await drained;
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['proxy', 'shutdown']);
  });

  test('ends at its time-out although a submission does not', async (t) => {
    const submission = barrier();
    const { relay, client, upstream } = await relayed(t, {
      handler: { run: () => submission.wait().then(() => ({ answer: { status: 'OK', text: 'done' } })) },
    });
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    await client.send('a SEND 1\r\nb NOOP\r\n');
    await submission.reached;
    await relay.drain(30);
    await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping/);
    await client.expectEnd();
    await upstream.expectEnd();
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['proxy', 'shutdown']);
    submission.open();
  });
});
