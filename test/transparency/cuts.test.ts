import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startCyrus } from '../support/cyrus.js';
import { startDovecot } from '../support/dovecot.js';
import type { Service } from '../support/service.js';
import { asProxied } from './differences.js';
import { fillMailbox } from './mailbox.js';
import { cutAt } from './pieces.js';
import { playDirectly } from './player.js';
import { playThroughProxy } from './proxied.js';
import { answerTo, literal, octets, segment, selected } from './script.js';
import { withoutVolatile } from './volatile.js';

/**
 * Each stream of a session is cut at octets OFFSET, OFFSET + DISTANCE, …: over all offsets, at every octet, of either
 * direction and on either side of the proxy. The last session is sent octet by octet.
 */
const DISTANCE = 32;
const CUTTINGS = [
  ...Array.from({ length: DISTANCE }, (_, offset) => ({ offset, distance: DISTANCE })),
  { offset: 0, distance: 1 },
];
/** Sessions at a time. */
const LANES = 6;

const message = 'From: a@example.org\r\nSubject: x {5}\r\n\r\nb SEND 1:*\r\n* BYE\r\n+ x\r\na OK {3+}\r\n';

const session = selected('', [
  'a1 CAPABILITY',
  'a2 NOOP',
  'b1 FETCH 1:* (UID FLAGS RFC822.SIZE)',
  'b2 FETCH 4 BODY.PEEK[]',
  `b3 FETCH 1 BODY.PEEK[HEADER.FIELDS (${literal('SUBJECT')} ${literal('TO', '{n+}')})]`,
  'b4 UID FETCH 2:3 (ENVELOPE BODYSTRUCTURE)',
  'c1 SEARCH SUBJECT "one {5}"',
  `c2 SEARCH OR SUBJECT ${literal('one {5}')} BODY ${literal('c3 SEND 1\r\n', '{n+}')}`,
  'c4 UID SEARCH RETURN (MIN COUNT) ALL',
  'd1 STORE 1 +FLAGS (\\Seen $Label)',
  'd2 UID STORE 2 -FLAGS.SILENT (\\Seen)',
  `e1 APPEND Drafts (\\Seen) "07-Feb-2024 02:33:44 +0530" ${literal(message)}`,
  `e2 APPEND Drafts ${literal(message, '{n+}')}`,
  `e3 APPEND Nowhere ${literal(message)}`,
  `e4 APPEND ${literal('Nowhere', '{n+}')} ${literal(message, '{n+}')}`,
  `e5 APPEND Drafts ${literal('')}`,
  octets('f1 IDLE\r\n', /^\+[^\n]*\n/m),
  octets('DONE\r\nf2 NOOP\r\n', answerTo('f2')),
  'g1 COPY 1:2 Sent',
  'g2 CREATE "x {5}"',
  `g3 SELECT ${literal('x {5}')}`,
  'g4 SELECT "no such {5}"',
  segment('h1 UNSELECT', 'h2 SELECT Drafts', 'h3 NOOP'),
  'h4 BOGUS {5',
  'h5 STATUS INBOX (MESSAGES UNSEEN)',
]);

for (const [name, start] of [
  ['Dovecot', startDovecot],
  ['Cyrus', startCyrus],
] as const) {
  describe(`${name}: a session cut at any octet is the same`, { concurrency: LANES }, () => {
    const user = (index: number): string => `c${100 + index}@example.org`;
    const { password } = session;
    let server: Service;
    let expected: string;
    before(async () => {
      server = await start({
        accounts: [...CUTTINGS, 'direct'].map((_, index) => ({ user: user(index), password })),
      });
      await fillMailbox(server.port, user(CUTTINGS.length), password);
      const { received } = await playDirectly(session, user(CUTTINGS.length), server.port);
      expected = withoutVolatile(asProxied(received));
    });
    after(() => server.stop());

    for (const [index, { offset, distance }] of CUTTINGS.entries()) {
      test(distance === 1 ? 'at every octet' : `at octets ${offset} + n × ${distance}`, async () => {
        await fillMailbox(server.port, user(index), password);
        const { received } = await playThroughProxy(session, {
          user: user(index),
          serverPort: server.port,
          cutting: cutAt(offset, distance),
        });
        assert.equal(withoutVolatile(received), expected);
      });
    }
  });
}
