import assert from 'node:assert/strict';
import { parseAddressList } from '../../../src/send/message/addresses.js';
import { envelopeOf, forServer } from '../../../src/send/message/envelope.js';
import { Transmission } from '../../../src/send/message/transmission.js';
import { cutsOf } from '../cuts.js';
import type { Target } from '../target.js';

/** `Mailbox` (RFC 5321 §4.1.2, RFC 6531 §3.3), as narrow as we write it. */
const ATEXT = String.raw`[^\0-\x20()<>@,;:\\".[\]\x7f]+`;
const MAILBOX = new RegExp(
  String.raw`^(?:${ATEXT}(?:\.${ATEXT})*|"(?:[^\0-\x1f"\\<>\x7f-\x9f]|\\["\\])*")@(?:[^\0-\x20()<>@,;:\\"[\]\x7f]+|\[[0-9a-zA-Z:.]+\])$`,
  'u',
);

/** The text without comments, blanks and quotes, as a reader that knows nothing of addresses would strip it. */
function bare(text: string): string {
  let stripped = '';
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '\\' && (quoted || depth > 0)) {
      at++;
      if (quoted) stripped += text[at] ?? '';
    } else if (quoted) {
      if (character === '"') quoted = false;
      else stripped += character;
    } else if (character === '(') depth++;
    else if (character === ')' && depth > 0) depth--;
    else if (depth > 0) continue;
    else if (character === '"') quoted = true;
    else if (character !== ' ' && character !== '\t') stripped += character;
  }
  return stripped;
}

function checkAddress(address: string, header: string): void {
  assert.match(address, MAILBOX);
  assert.ok(Buffer.byteLength(address) <= 498, 'too long for a command');
  for (const text of [address, `<${address}>`, `"x" (y) <${address}>`]) {
    assert.deepEqual(parseAddressList(text), { kind: 'mailboxes', mailboxes: [address] }, text);
  }
  // Nobody is sent to who is not written there: the address stands between what can stand around one.
  const written = address.startsWith('"')
    ? address
        .slice(1)
        .replace(/"(@[^"]*)$/, '$1')
        .replace(/\\(.)/g, '$1')
    : address;
  for (let at = header.indexOf(written); at >= 0; at = header.indexOf(written, at + 1)) {
    const before = header[at - 1] ?? ',';
    const behind = header[at + written.length] ?? ',';
    if ('<,:;'.includes(before) && '>,;'.includes(behind)) return;
  }
  assert.fail(`${address} is not in the header`);
}

function headerOf(pieces: readonly Buffer[]): Buffer | undefined {
  const transmission = new Transmission();
  for (const piece of pieces) transmission.push(piece, () => {});
  const result = transmission.end(() => {});
  return result.kind === 'complete' ? result.header : undefined;
}

export const envelope: Target = {
  name: 'envelope',
  seeds: [
    'From: Anna <anna@example.org>\r\nTo: bob@example.org, "c,d" <c@example.net>\r\nBcc: e@x\r\n',
    'From: a@x\r\nTo: Group: b@x, c@x;, undisclosed-recipients:;\r\nCc: "q\\"r"@x\r\n',
    'Sender: s@x\r\nFrom: a@x,\r\n b@x\r\nTo: (c (d)) e . f @ [127.0.0.1]\r\n',
    'From: a@x\r\nResent-Date: y\r\nResent-From: r@x\r\nResent-To: <@h,@i:t@x>\r\nTo: u@x\r\n',
    'From: a@x\r\nTo: \xc3\xa4@\xc3\xa4.example\r\nMessage-ID: <x@y>\r\n',
    'From: a@x\r\nTo: b@[IPv6:::\v], c@[ 127.0.0.1 ]\r\n',
    'To: "a b"@x, =?utf-8?q?a?= <b@x>\r\nbroken\r\nFrom: a@x\r\n',
  ],
  dictionary: [
    ...[
      '\r\n',
      '\r\n ',
      ' ',
      '\t',
      ',',
      ';',
      ':',
      '<',
      '>',
      '@',
      '"',
      '\\',
      '(',
      ')',
      '[',
      ']',
      '.',
      '\xe4',
      '\xc3\xa4',
    ],
    ...[
      'From: ',
      'To: ',
      'Cc: ',
      'Bcc: ',
      'Sender: ',
      'Resent-From: ',
      'Resent-To: ',
      'Resent-Date: x\r\n',
      '=?u?q?a?=',
    ],
    ...[
      'a@x',
      '<b@x>',
      '"a"',
      '@x.example',
      'g:',
      '[IPv6:::1]',
      '\xe2\x80\xa8',
      '\xc2\xa0',
      '\xef\xbb\xbf',
      'From x\r\n',
    ],
    ...['\xef\xbc\x90x7f.1', '\xe3\x80\x82', '\x7f', '\x01'],
  ],
  check(input) {
    const results = [...cutsOf(input)].map((pieces) => {
      const header = headerOf(pieces);
      return header === undefined ? undefined : { header, result: envelopeOf(header) };
    });
    const texts = new Set(results.map((each) => JSON.stringify(each?.result)));
    assert.equal(texts.size, 1, [...texts].join(' or '));
    const [first] = results;
    if (first === undefined) return;
    const { header, result } = first;
    if (!result.ok) {
      assert.match(result.refusal.reply, /^5\d\d 5\.\d\.\d [ -~]+$/);
      return;
    }
    const text = header.toString('utf8').replaceAll(/\r\n(?=[ \t])/g, '');
    const fields = text
      .split('\r\n')
      .map((line) => bare(line.slice(line.indexOf(':') + 1)))
      .join(',');
    const { from, to } = result.envelope;
    for (const address of [from, ...to, ...result.headerFrom]) checkAddress(address, fields);
    assert.ok(to.length > 0 && new Set(to).size === to.length);
    if (result.messageId !== undefined) assert.match(result.messageId, /^<[!-~]+>$/);
    const plain = forServer(result.envelope, { smtputf8: false });
    if (!plain.ok) assert.ok(/[^\0-\x7f]/.test(plain.refusal.parameter));
    else for (const address of [plain.envelope.from, ...plain.envelope.to]) assert.match(address, /^[ -~]+$/);
  },
};
