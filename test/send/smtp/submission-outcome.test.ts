import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Outcome } from '../../../src/outcome.js';
import type { Reaction, Script } from '../../support/smtp-peer.js';
import { inPieces, submissionBench, textMessage } from '../../support/submission.js';

/* OK only if every recipient got the message, NO only if nobody did: without the final dot nobody does. */

const content = 'Subject: hello\r\n\r\nhello\r\n';
const hello = textMessage(content);
/** Too long to wait for the handover, and to go out in one piece with the dot. */
const longContent = `${content}${'line\r\n'.repeat(4_000)}`;
const long = textMessage(longContent);
const to = (...recipients: string[]) => ({ envelope: { from: 'alice@example.org', to: recipients } });
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `r${index + 1}@example.net`);
const OFF = '451 4.3.0 Sending was called off before the message was complete';
const LOST = '451 4.4.2 Connection to the submission server was lost before the message was complete';

describe('all recipients or none', () => {
  const three = textMessage(content, to(...numbered(3)));
  const no = (address: string) => `550 5.1.1 No ${address}\r\n`;
  const refusing =
    (...addresses: string[]): Script =>
    ({ line }) =>
      addresses
        .map((address) => line === `RCPT TO:<${address}>` && no(address))
        .find((reply) => reply !== false) || undefined;

  for (const extensions of [[], ['PIPELINING']]) {
    for (const refused of [[1], [2], [3], [2, 3], [1, 2, 3]]) {
      it(`refused: ${refused.join(', ')}, ${extensions[0] ?? 'command by command'}`, async (test) => {
        const addresses = refused.map((number) => `r${number}@example.net`);
        const { peer, submit } = await submissionBench(test, extensions, refusing(...addresses));
        const [parameter = ''] = addresses;
        const refusal = { command: 'RCPT TO', parameter, reply: `550 5.1.1 No ${parameter}` };
        assert.deepEqual(await submit(three), { kind: 'refused', refusal });
        assert.equal((await submit(textMessage('', to('dave@example.org')))).kind, 'accepted');
        assert.equal(
          peer.lines.filter((line) => line === 'DATA').length,
          1,
          'DATA of the second message only',
        );
        assert.deepEqual(peer.accepted, ['']);
        assert.ok(peer.lines.includes('RSET'));
        assert.equal(peer.connections, 1);
      });
    }
  }

  it('the first refusal counts, also when the server hangs up behind many pipelined replies', async (test) => {
    const last = { send: '421 4.7.0 Too many errors\r\n', next: 'close' } as const;
    const { peer, submit } = await submissionBench(test, ['PIPELINING'], (event) =>
      event.line === 'RCPT TO:<r30@example.net>'
        ? last
        : refusing('r20@example.net', 'r25@example.net')(event),
    );
    const refusal = {
      command: 'RCPT TO',
      parameter: 'r20@example.net',
      reply: '550 5.1.1 No r20@example.net',
    };
    assert.deepEqual(await submit(textMessage(content, to(...numbered(30)))), { kind: 'refused', refusal });
    assert.deepEqual(peer.accepted, []);
  });
});

describe('the final dot', () => {
  it('waits for the handover, behind all of the content', async (test) => {
    const seen: string[] = [];
    let arrived = (): void => {};
    const contentArrived = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { peer, submit } = await submissionBench(test, [], ({ line }) => {
      if (line !== 'content' && line !== '.') return undefined;
      seen.push(line);
      arrived();
      return undefined;
    });
    const outcome = await submit(long, async () => {
      await contentArrived;
      // For a dot that does not wait.
      await delay(50);
      seen.push('handover');
    });
    assert.equal(outcome.kind, 'accepted');
    assert.deepEqual(seen, ['content', 'handover', '.']);
    assert.deepEqual(peer.accepted, [longContent]);
  });

  for (const text of [content, '', '.\r\n.', 'no line end', 'x'.repeat(16 * 1024)]) {
    const name = JSON.stringify(text).slice(0, 20);
    it(`of a short message goes out together with its content, behind the handover: ${name}`, async (test) => {
      const seen: string[] = [];
      const { peer, submit } = await submissionBench(test, [], ({ line }) => {
        if (line === 'content' || line === '.') seen.push(line);
        return undefined;
      });
      const outcome = await submit(textMessage(text), async () => {
        // For content that does not wait.
        await delay(50);
        seen.push('handover');
      });
      assert.equal(outcome.kind, 'accepted');
      assert.deepEqual(seen, ['handover', 'content', '.']);
      assert.deepEqual(peer.accepted, [text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`]);
    });
  }

  it('is not sent when the handover is denied', async (test) => {
    const { peer, submit } = await submissionBench(test, []);
    const outcome = await submit(hello, () => Promise.reject(new Error('lease lost')));
    assert.deepEqual(outcome, { kind: 'lost', refusal: { command: 'DATA', parameter: '', reply: OFF } });
    assert.equal((await submit(hello)).kind, 'accepted');
    assert.deepEqual([peer.accepted, peer.connections], [[content], 2]);
  });

  it('is not sent when the server went away during the handover', async (test) => {
    const { peer, submit } = await submissionBench(test, []);
    const outcome = await submit(hello, async () => {
      await peer.close();
      // The event loop looks at the network between two of its turns.
      await nextTurn();
      await nextTurn();
    });
    assert.deepEqual(outcome, { kind: 'lost', refusal: { command: 'DATA', parameter: '', reply: LOST } });
    assert.deepEqual(peer.accepted, []);
  });

  it('is not sent when the server hung up during the handover', async (test) => {
    let hungUp = () => {};
    const closing = new Promise<void>((resolve) => {
      hungUp = resolve;
    });
    const { peer, submit } = await submissionBench(test, [], ({ line }) => {
      if (line !== 'content') return undefined;
      hungUp();
      return 'close';
    });
    const outcome = await submit(long, async () => {
      await closing;
      await nextTurn();
      await nextTurn();
    });
    assert.deepEqual(outcome, { kind: 'lost', refusal: { command: 'DATA', parameter: '', reply: LOST } });
    assert.deepEqual(peer.accepted, []);
  });

  const broken = async function* () {
    yield Buffer.from('Subject: ');
    throw new Error('disk');
  };
  const table: ReadonlyArray<readonly [string, () => AsyncIterable<Buffer>, reason: RegExp]> = [
    ['cannot be read to its end', broken, /disk/],
    ['ends too early', () => inPieces([Buffer.from(content.slice(0, -1))]), /24 octets, not 25/],
    ['goes on and on', () => inPieces([Buffer.from(`${content}more\r\n`)]), /31 octets, not 25/],
    ['cannot be opened', () => assert.fail('gone'), /gone/],
  ];
  for (const [name, open, reason] of table) {
    it(`is not sent when the message ${name}, which is a fault of ours`, async (test) => {
      const { peer, submit } = await submissionBench(test, []);
      let handovers = 0;
      const handover = async () => {
        handovers++;
      };
      await assert.rejects(submit({ ...hello, open }, handover), reason);
      assert.equal((await submit(hello, handover)).kind, 'accepted');
      assert.deepEqual([peer.accepted, handovers], [[content], 1]);
    });
  }
});

describe('a server that speaks while it gets the content', () => {
  const data = { command: 'DATA', parameter: '' } as const;
  const table: ReadonlyArray<readonly [string, Reaction, Outcome]> = [
    [
      'refuses it',
      '552-5.3.4 Too\r\n552 5.3.4 much\r\n',
      { kind: 'refused', refusal: { ...data, reply: '552 5.3.4 Too much' } },
    ],
    [
      'closes',
      { send: '421 4.3.2 Going down\r\n', next: 'close' },
      { kind: 'refused', refusal: { ...data, reply: '421 4.3.2 Going down' } },
    ],
    [
      'accepts what it does not have yet',
      '250 2.0.0 Ok\r\n',
      { kind: 'lost', refusal: { ...data, reply: LOST } },
    ],
    ['makes no sense', 'Thanks!\r\n', { kind: 'lost', refusal: { ...data, reply: LOST } }],
    ['hangs up', 'close', { kind: 'lost', refusal: { ...data, reply: LOST } }],
    ['resets', 'reset', { kind: 'lost', refusal: { ...data, reply: LOST } }],
    [
      'stops reading',
      'stall',
      {
        kind: 'lost',
        refusal: {
          ...data,
          reply: '451 4.4.2 The submission server did not answer in time; the message was not completed',
        },
      },
    ],
  ];
  for (const [name, reaction, expected] of table) {
    it(name, async (test) => {
      const { peer, submit } = await submissionBench(
        test,
        [],
        ({ line }) => (line === 'content' ? reaction : undefined),
        { timeouts: { block: 300 } },
      );
      // More than the buffers between us hold.
      const block = Buffer.alloc(1 << 20, 'line\r\n');
      const message = { ...hello, size: 30 * block.length, open: () => inPieces(Array(30).fill(block)) };
      let handedOver = false;
      const outcome = await submit(message, async () => {
        handedOver = true;
      });
      assert.deepEqual(outcome, expected);
      assert.deepEqual([handedOver, peer.accepted], [false, []]);
    });
  }
});
