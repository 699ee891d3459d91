import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startCyrus } from '../../support/cyrus.js';
import { startDovecot } from '../../support/dovecot.js';
import type { Service } from '../../support/service.js';
import { Wire as Connection } from '../../support/wire.js';
import { cyrus } from './cyrus.js';
import { dovecot } from './dovecot.js';
import { Wire } from './wire.js';

const USER = 'anna@example.org';
const LOGIN = `login LOGIN ${USER} ok\r\nselect SELECT INBOX\r\n`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const smuggled = `e LOGIN ${USER} ok\r\n`;

/** Streams of a client, behind which the server is ready for a command. */
const streams: readonly string[] = [
  `a LOGIN ${USER} ok\r\n`,
  `a LOGIN "${USER}" {2}\r\nok\r\ne NOOP\r\n`,
  `a LOGIN {16+}\r\n${USER} {2+}\r\nok\r\n`,
  `a AUTHENTICATE PLAIN\r\n${base64(`\0${USER}\0ok`)}\r\n`,
  'a AUTHENTICATE PLAIN\r\n*\r\ne NOOP\r\n',
  `a AUTHENTICATE LOGIN\r\n${base64(USER)}\r\n${base64('ok')}\r\n`,
  `a LOGIN {x {${smuggled.length}+}\r\n${smuggled}\r\n`,
  'a LOGIN "x\r\ne NOOP\r\n',
  'a LOGIN x\r\ne NOOP\r\n',
  'a APPEND Drafts {5+}\r\ne NO\r\nc NOOP\r\n',
  '\r\na\r\n',
  'a\tNOOP\r\n* NOOP\r\n',
  '+{5}\r\ne NOOP\r\n',
  '+ {5}\r\ne NOOP\r\n',
  'a+ NOOP\r\n\x1f NOOP\r\n',
  `${'t'.repeat(101)} NOOP\r\n`,
  'a FOO {8+}\r\ne NOOP\r\n\r\n',
  'a NOOP {8+}\r\ne NOOP\r\n\r\n',
  'a FOO {8}\r\ne NOOP\r\n\r\n',
  'a FOO "x {8+}\r\ne NOOP\r\n\r\n',
  'a FOO x{8+}\r\ne NOOP\r\n\r\n',
  `${LOGIN}${'t'.repeat(101)} NOOP\r\n`,
  `${LOGIN}\r\na\r\n(e NOOP\r\nc% NOOP\r\n+{5}\r\n`,
  `${LOGIN}+ NOOP\r\na+ NOOP\r\n`,
  `${LOGIN}a {8+}\r\ne NOOP\r\n`,
  `${LOGIN}a FOO {8+}\r\ne NOOP\r\n\r\n`,
  `${LOGIN}a NOOP {8+}\r\ne NOOP\r\n\r\n`,
  `${LOGIN}a NOOP {8}\r\ne NOOP\r\n`,
  `${LOGIN}a IDLE\r\nDONE\r\ne IDLE\r\nx\r\nc IDLE\r\ne NOOP\r\nd NOOP\r\n`,
  `${LOGIN}a SEARCH SUBJECT {8}\r\ne NOOP\r\n\r\nc SEARCH SUBJECT {8+}\r\nd NOOP\r\n FROM {0+}\r\n\r\n`,
  `${LOGIN}a SEARCH SUBJECT "{5+}"\r\ne SEARCH SUBJECT "x {5+}\\" y"\r\n`,
  `${LOGIN}a SEARCH SUBJECT "x\r\ne NOOP\r\n`,
  `${LOGIN}a APPEND Drafts {9}\r\ne: NO\r\n\r\n\r\nc APPEND Drafts (\\Seen) {9+}\r\nd: NO\r\n\r\n\r\n`,
  `${LOGIN}a APPEND none {8}\r\ne NOOP\r\nc NOOP\r\n`,
  `${LOGIN}a APPEND none {8+}\r\ne NOOP\r\n (\\Seen) {8+}\r\nc NOOP\r\n\r\n`,
  `${LOGIN}a APPEND none {8+}\r\ne NOOP\r\n (\\Seen) {8}\r\nc NOOP\r\n`,
  `${LOGIN}a APPEND Drafts {0}\r\ne NOOP\r\n`,
  `${LOGIN}a AUTHENTICATE PLAIN\r\ne LOGIN x y\r\n`,
  `${LOGIN}a NOOP\ne NOOP\n`,
];

/** A line that answers a command or asks for more. */
const ANSWER = /^(?:(\+)|(?!\* (?:OK|NO))(\S+ (?:OK|NO|BAD))\b)[^\n]*\n/m;

/** The answers without their words. Dovecot answers several commands in any order. */
function gist(said: string): string[] {
  return [...said.matchAll(new RegExp(ANSWER, 'gm'))]
    .map(([, plus, status]) => plus ?? (status as string))
    .sort();
}

/**
 * Says it line by line, and waits for as many answers as the model gives: Cyrus does not see what came behind IDLE or
 * AUTHENTICATE too early.
 */
async function converse(port: number, model: Wire, stream: string): Promise<[real: string, model: string]> {
  const connection = await Connection.connect(port);
  await connection.line();
  let [real, modelled] = ['', ''];
  for (const line of stream.split(/(?<=\n)/)) {
    connection.send(line);
    const said = model.feed(line);
    modelled += said;
    for (const _ of gist(said)) real += await connection.until(ANSWER);
  }
  connection.close();
  return [real, modelled];
}

/** The models that judge the gate in the fuzzer's `sessions` are as good as what they say here. */
for (const [name, start, read] of [
  ['Dovecot', startDovecot, dovecot],
  ['Cyrus', startCyrus, cyrus],
] as const) {
  describe(`the model of ${name} answers what ${name} answers`, () => {
    let server: Service & { readonly port: number };
    before(async () => {
      server = await start({ accounts: [{ user: USER, password: 'ok' }] });
    });
    after(() => server.stop());

    for (const stream of streams) {
      test(JSON.stringify(stream), async () => {
        const model = new Wire();
        model.run(read(model));
        model.feed('');
        const [real, modelled] = await converse(server.port, model, `${stream}last NOOP\r\n`);
        assert.deepEqual(gist(modelled), gist(real));
        assert.ok(model.idle && !model.unsure);
      });
    }
  });
}
