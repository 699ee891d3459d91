import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Side } from '../../src/log/events.js';
import { dial, type PeerConnection } from '../support/imap-peer.js';
import { expectEnd, type HostileSetting, noMoreOpenFiles, openFiles, startSetting } from './setting.js';
import { BEHAVIOURS, type BehaviourName } from './upstreams.js';

interface Expected {
  readonly ends: readonly [side: Side, cause: RegExp];
  /** A line that the client gets, and then nothing but the end; without it the client leaves after a megabyte. */
  readonly told?: RegExp;
}

const hungUp = (told: RegExp): Expected => ({ ends: ['upstream', /^end$/], told });
const desync = (violation: string, told: RegExp): Expected => ({
  ends: ['upstream', new RegExp(`^desync ${violation}$`)],
  told,
});
const LEFT: Expected = { ends: ['client', /^(end|error ECONNRESET|error EPIPE)$/] };
const UNREADABLE = /^\* BYE server sent an unreadable answer to FETCH, closing /;
const UNKNOWN = /^\* BYE server answered a command that was not sent, closing /;
const UNCLEAR = /^\* BYE cannot tell where a literal of the server ends, closing /;
const FAILED = /^b NO /;

const expected: Readonly<Record<BehaviourName, Expected>> = {
  'an endless line': LEFT,
  'an endless greeting': LEFT,
  'an endless capability list': desync('capability-list-too-long', /^\* BYE server sent a capability list /),
  'a hundred thousand empty literals': hungUp(/^\* BYE\r\n$/),
  'two million small lines': hungUp(/^\* BYE\r\n$/),
  'no greeting': hungUp(/^\* BYE \[UNAVAILABLE\] the mail server closed the connection /),
  'a reset for a greeting': {
    ends: ['upstream', /^error /],
    told: /^\* BYE \[UNAVAILABLE\] the mail server (closed the connection|cannot be reached) /,
  },
  'BYE for a greeting': hungUp(/^\* BYE overloaded\r\n$/),
  'BYE amid a login': hungUp(/^\* BYE so soon\r\n$/),
  'BYE amid a literal': hungUp(/^\* BYE\r\n$/),
  'BYE amid a listing of ours': hungUp(FAILED),
  'BYE in the middle of a body': hungUp(FAILED),
  'an answer to a command that nobody sent': desync('unknown-tag', UNKNOWN),
  'the answer to a tag of ours before we ask': desync('unknown-tag', UNKNOWN),
  'the answer to another tag of ours': desync('unknown-tag', UNKNOWN),
  'a + that nobody asked for': desync(
    'unexpected-continuation',
    /^\* BYE server sent an unexpected continuation request, closing /,
  ),
  'a literal of 20 digits': desync('ambiguous-response-literal', UNCLEAR),
  'a literal with no number': desync('ambiguous-response-literal', UNCLEAR),
  'a literal only clients may send': desync('ambiguous-response-literal', UNCLEAR),
  'a body that is longer than announced': desync('broken-fetch-answer', UNREADABLE),
  'a body that is shorter than announced': hungUp(FAILED),
  'a body of 20 digits': desync('broken-fetch-answer', UNREADABLE),
  'the body of another message': { ...LEFT, told: FAILED },
  'no body': { ...LEFT, told: FAILED },
  'a listing of a million lines': hungUp(FAILED),
  'a listing without end': LEFT,
  'a body without end': LEFT,
  'half a body, and then silence': LEFT,
  'one octet at a time': hungUp(/^\* BYE done\r\n$/),
};

/** Reads on, and keeps little of it, until such a line came. */
async function line(client: PeerConnection, pattern: RegExp): Promise<void> {
  let tail = '';
  client.stream((octets) => {
    tail = (tail + octets.subarray(-4_096).toString('latin1')).slice(-4_096);
  });
  const came = () => tail.split('\n').some((each) => pattern.test(`${each}\n`));
  for (let tries = 0; tries < 2_000 && !came() && !client.ended; tries++) await delay(10);
  assert.ok(came(), `no ${pattern} in ${JSON.stringify(tail.slice(-300))}`);
}

describe('a session beside it does not notice an upstream with', () => {
  let setting: HostileSetting;
  let files: number;
  before(async () => {
    setting = await startSetting();
    await setting.bystanderIsServed();
    files = openFiles();
  });
  after(() => setting.stop());

  for (const [name, { ends, told }] of Object.entries(expected)) {
    test(name, async () => {
      setting.upstream = BEHAVIOURS[name as BehaviourName];
      const client = await dial(setting.proxy.port);
      await expectEnd(setting, ends, async () => {
        void client.send('a LOGIN ben ben\r\nb SEND 1\r\n');
        if (told !== undefined) await line(client, told);
        else {
          client.stream();
          await setting.bystanderIsServed();
        }
        if (ends[0] === 'client') client.reset();
        else await client.expectEnd().then(() => client.end());
      });
      await setting.bystanderIsServed();
      await noMoreOpenFiles(files);
    });
  }
});
