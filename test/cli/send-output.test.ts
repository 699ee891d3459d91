import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { WriteStream } from 'node:tty';
import { SendOutput } from '../../src/cli/send-output.js';

/** What a run writes to standard output and to standard error, in the order in which it comes. */
function written(json: boolean, isTTY: boolean): string {
  let text = '';
  const stream = (mark: string) =>
    Object.assign(new PassThrough(), {
      columns: 60,
      isTTY,
      write: (chunk: string) => {
        text += `${mark}${chunk}`;
        return true;
      },
    }) as unknown as WriteStream;
  const output = new SendOutput(json, stream(''), stream('~'));
  output.begin('Out');
  output.reading('a', 0);
  output.sending(0, 2);
  output.report({ source: 'a', kind: 'sent', uid: 1 });
  output.stopping('SIGINT');
  output.finish(0, undefined);
  return text;
}

const bar = (text: string) => `[${' '.repeat(24)}] ${text}`;
const stopping = 'SIGINT: stopping when the messages under way are done; once more stops at once\n';

test('on a terminal, lines go above the bar, which goes in the end', () => {
  const erase = '~\r\x1b[K';
  const sending = bar('0 done, sending 0 of 2');
  assert.equal(
    written(false, true),
    `${erase}${bar('0 done, reading a')}${erase}${sending}${erase}sent        a\n~${sending}` +
      `${erase}~${stopping}~${sending}${erase}1 sent\n`,
  );
});

test('elsewhere, there is no bar', () => {
  assert.equal(written(false, false), `sent        a\n~${stopping}1 sent\n`);
});

test('nor with --json', () => {
  const [sent, , end] = written(true, true).split('\n');
  assert.equal(sent, '{"source":"a","outcome":"sent","uid":1,"mailbox":"Out"}');
  assert.equal(JSON.parse(end ?? '').counts.sent, 1);
});
