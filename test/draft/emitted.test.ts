import assert from 'node:assert/strict';
import { after, before, describe, mock, test } from 'node:test';
import { inProgressLine } from '../../src/imap/status.js';
import { messageTo, selectNew } from '../interop/send/mailbox.js';
import { createStall } from '../interop/send/stalling-sink.js';
import { type Dovecot, startDovecot } from '../support/dovecot.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';
import { type Sink, startSink } from '../support/sink.js';
import { type SmtpPeer, startPeer } from '../support/smtp-peer.js';
import { Wire } from '../support/wire.js';
import { imapWithSend } from './document.js';
import { msaWithReplies } from './replies.js';
import { sendResponses, valueRules } from './send-responses.js';

const grammar = imapWithSend();

/** Answers to SEND are what the document has; of which the strings are what they must be. */
function conforms(answer: string): void {
  const at = grammar.mismatch('response', answer);
  assert.equal(at, undefined, `${JSON.stringify(answer.slice(0, at))} <-- so far`);
  for (const response of sendResponses(answer)) {
    for (const [rule, value] of valueRules(response)) {
      assert.ok(grammar.matches(rule, value), `${rule}: ${JSON.stringify(value)}`);
    }
  }
}

interface Row {
  readonly what: string;
  readonly messages: readonly string[];
  /** Default: `SEND 1:*`. */
  readonly command?: string;
  /** What shows that it came to that. */
  readonly answer: RegExp;
}

const from = 'From: anna@example.org\r\n';
const headed = (header: string): string => `${from}${header}\r\nSubject: x\r\n\r\nHello.\r\n`;
const to = (name: string): string => messageTo(`${name}@example.com`);

const rows: readonly Row[] = [
  { what: 'accepted', messages: [to('ok')], answer: /^\* 1 SEND \(1 OK NIL\)\r\na OK SEND completed/ },
  {
    what: 'several, by UID',
    messages: [to('ok'), to('unknown'), to('ok')],
    command: 'UID SEND 1:2,3',
    answer: /^\* 1 SEND \(1 OK NIL\)\r\n\* 2 SEND .*\r\n\* 3 SEND \(3 OK NIL\)\r\na OK UID SEND/,
  },
  { what: 'none of them', messages: [to('ok')], command: 'UID SEND 99', answer: /^a OK UID SEND/ },
  { what: 'a refused recipient', messages: [to('unknown')], answer: /"550 5\.1\.1 User unknown"/ },
  { what: 'a code alone', messages: [to('bare')], answer: / "550"\)\)/ },
  { what: 'a reply of two lines', messages: [to('lines')], answer: /"550 5\.1\.1 one two"/ },
  { what: 'quotes and backslashes', messages: [to('quotes')], answer: /"550 \\"no\\" \\\\ \{5\}"/ },
  { what: 'a reply in UTF-8', messages: [to('utf8')], answer: /\{\d+\}\r\n550 5\.1\.1 J\xc3\xb6rg/ },
  { what: 'a reply with NUL', messages: [to('nul')], answer: /550 5\.1\.1 a.?b/s },
  { what: 'a reply with bare CR', messages: [to('cr')], answer: /550 5\.1\.1 a.?b/s },
  { what: 'a long reply', messages: [to('long')], answer: /"550 5\.1\.1 x{900}/ },
  { what: 'a refused sender', messages: [to('sender-refused')], answer: /\("MAIL FROM" "anna@/ },
  { what: 'refused DATA', messages: [to('data-refused')], answer: /\("DATA" "" "554 5\.3\.0 no/ },
  { what: 'refused content', messages: [to('content-refused')], answer: /\("DATA" "" "552 5\.3\.4/ },
  {
    what: 'a connection lost before the final dot, and what is not attempted then',
    messages: [to('lost'), to('lost'), to('lost'), to('lost'), to('ok'), to('ok')],
    answer: /^\* 1 SEND .*"451 4\.4\.2 .*\r\n(?:.*\r\n)*\* 6 SEND .*Not attempted.*\r\na NO \[UNAVAILABLE\]/,
  },
  {
    what: 'an unknown outcome',
    messages: [to('vanishing')],
    answer: /outcome unknown.*\r\na NO SEND failed, a message may/,
  },
  { what: 'no sender', messages: ['To: a@example.com\r\n\r\n'], answer: /\("MAIL FROM" "" "550 5\.1\.7/ },
  { what: 'no recipient', messages: [headed('X: y')], answer: /\("RCPT TO" "" "554 5\.5\.0/ },
  {
    what: 'an address that cannot be read, with quotes, 8-bit and folding',
    messages: [headed('To: "a\\"b" <c,\r\n d@\xc3\xb6.example, "e\\\\f" g>')],
    answer: /553 5\.1\.3 Not an address/,
  },
  {
    what: 'an address in UTF-8',
    messages: [headed('To: j\xc3\xb6rg@example.com')],
    answer: /\("RCPT TO" \{17\}\r\nj\xc3\xb6rg@example\.com "553 5\.6\.7/,
  },
  {
    what: 'two blocks of Resent',
    messages: [headed('To: a@example.com\r\nResent-Date: x\r\nResent-Date: y')],
    answer: /\("DATA" "" "554 5\.6\.0 A resent message/,
  },
  {
    what: 'somebody else as the sender',
    messages: ['From: eve@example.org\r\nTo: ok@example.com\r\n\r\n'],
    answer: /"550 5\.7\.1 .*\r\na NO \[NOPERM\] /,
  },
  {
    what: 'too many recipients',
    messages: [headed('To: a@example.com, b@example.com, c@example.com, d@example.com')],
    answer: /"452 4\.5\.3 .*\r\na NO \[LIMIT\] /,
  },
  {
    what: 'too many messages',
    messages: Array.from({ length: 7 }, () => to('ok')),
    answer: /^a NO \[LIMIT\] SEND of 7/,
  },
  { what: 'no set', messages: [to('ok')], command: 'SEND', answer: /^a BAD / },
  { what: 'something else than a set', messages: [to('ok')], command: 'UID SEND (1)', answer: /^a BAD / },
  { what: 'no such message', messages: [to('ok')], command: 'SEND 9', answer: /^a (?:BAD|NO) / },
];

describe('what the proxy sends is what the specification has:', () => {
  let dovecot: Dovecot;
  let peer: SmtpPeer;
  let sink: Sink;
  const proxies: RunningProxy[] = [];
  const wires: Wire[] = [];
  const stall = createStall();

  before(async () => {
    dovecot = await startDovecot();
    peer = await startPeer(msaWithReplies());
    sink = await startSink(stall.options);
  });
  after(async () => {
    for (const wire of wires) wire.close();
    for (const proxy of proxies) await proxy.stop();
    await sink.stop();
    await peer.close();
    await dovecot.stop();
  });

  async function logIn(submissionPort: number): Promise<Wire> {
    const proxy = await startProxy({
      upstream: `imap://127.0.0.1:${dovecot.port}`,
      submission: `smtp://127.0.0.1:${submissionPort}`,
      'submission-auth': 'none',
      'max-recipients': '3',
      'max-messages-per-send': '6',
    });
    proxies.push(proxy);
    const wire = await Wire.connect(proxy.port);
    wires.push(wire);
    await wire.line();
    await wire.command('login', `LOGIN ${dovecot.user} "${dovecot.password}"`);
    return wire;
  }

  test('every outcome, refusal and limit', async (t) => {
    const wire = await logIn(peer.port);
    for (const { what, messages, command = 'SEND 1:*', answer } of rows) {
      await t.test(what, async () => {
        await selectNew(wire, ...messages);
        const sent = await wire.command('a', command);
        assert.match(sent, answer);
        conforms(sent);
      });
    }
  });

  test('no submission server', async () => {
    const gone = await startPeer(() => 'close');
    const { port } = gone;
    await gone.close();
    const wire = await logIn(port);
    await selectNew(wire, to('ok'), to('ok'));
    const sent = await wire.command('a', 'UID SEND 1:2');
    assert.match(sent, /"421 4\.4\.1 .*\r\n(?:.*\r\n)?a NO \[UNAVAILABLE\] /);
    conforms(sent);
  });

  test('before a mailbox is selected', async () => {
    const sent = await (await logIn(peer.port)).command('a', 'SEND 1');
    assert.match(sent, /^a (?:BAD|NO) /);
    conforms(sent);
  });

  test('while it takes long', async () => {
    const wire = await logIn(sink.port);
    await selectNew(wire, to('a'), to('b'));
    const release = stall.begin();
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      wire.send('A.1] SEND 1:2\r\n');
      await stall.waiting(2);
      mock.timers.tick(15_000);
      const keptAlive = await wire.until(/^\* OK \[INPROGRESS .*\r\n/m);
      assert.match(keptAlive, /\("A\.1\]" 0 2\)\] sending/);
      release();
      const sent = keptAlive + (await wire.until(/^A\.1\] OK .*\r\n/m));
      assert.equal(sendResponses(sent).length, 2);
      conforms(sent);
    } finally {
      release();
      mock.timers.reset();
    }
    for (const tag of ['a', 'A"\\']) {
      const lookingUp = inProgressLine(tag, undefined, 'looking up').toString('latin1');
      assert.match(lookingUp, / NIL NIL\)/);
      assert.ok(grammar.matches('response-data', lookingUp), lookingUp);
    }
  });
});
