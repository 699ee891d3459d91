import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Credentials } from '../../../src/credentials.js';
import { Secret } from '../../../src/secret.js';
import { parseExtensions } from '../../../src/send/smtp/extensions.js';
import { logIn } from '../../../src/send/smtp/login.js';
import { parseReply } from '../../../src/send/smtp/reply.js';
import type { SmtpSession } from '../../../src/send/smtp/session.js';
import type { SubmissionServer } from '../../../src/send/smtp/submission.js';
import type { Unavailable } from '../../../src/send/smtp/unavailable.js';

const server = { host: 'mail.example.org', port: 587, tls: 'starttls-require' } as const;

const password = (given: { user?: string; authzid?: string; password?: string } = {}): Credentials => ({
  kind: 'password',
  method: 'LOGIN',
  user: given.user ?? 'alice',
  password: new Secret(given.password ?? 'pass word'),
  ...(given.authzid !== undefined && { authzid: given.authzid }),
});

const token = (
  method: 'XOAUTH2' | 'OAUTHBEARER',
  value = 'ya29.token',
  user = 'alice@example.org',
): Credentials => ({
  kind: 'token',
  method: `AUTHENTICATE ${method}`,
  user,
  token: new Secret(value),
});

/** What is not a command name, mechanism or `*` decoded, with NUL and ^A made visible. */
function readable(line: string): string {
  const [, command = '', base64 = ''] = /^(AUTH \S+ ?|\*|)(.*)$/.exec(line) ?? [];
  const text = Buffer.from(base64, 'base64').toString().replaceAll('\0', '␀').replaceAll('\x01', '␁');
  return command + text;
}

interface Conversation {
  readonly lines: readonly string[];
  readonly result: Unavailable | undefined;
}

async function converse(
  credentials: Credentials,
  offered: string,
  replies: readonly string[],
  how: { confidential?: boolean; tls?: SubmissionServer['tls'] } = {},
): Promise<Conversation> {
  const lines: string[] = [];
  const session: Pick<SmtpSession, 'confidential' | 'extensions' | 'command'> = {
    confidential: how.confidential ?? true,
    extensions: parseExtensions(`250-x\n250 AUTH ${offered}`),
    async command(line) {
      const reply = parseReply(replies[lines.length] ?? assert.fail(`unexpected: ${line}`));
      lines.push(readable(line));
      return reply ? { kind: 'reply', reply } : { kind: 'ended', reason: 'protocol' };
    },
  };
  const result = await logIn(session as SmtpSession, credentials, { ...server, tls: how.tls ?? server.tls });
  return { lines, result };
}

const welcome = '235 2.7.0 Welcome';
const plain = 'AUTH PLAIN ␀alice␀pass word';
const xoauth2 = 'AUTH XOAUTH2 user=alice@example.org␁auth=Bearer ya29.token␁␁';
const bearer = 'n,a=alice@example.org,␁host=mail.example.org␁port=587␁auth=Bearer ya29.token␁␁';

describe('a login that the server accepts', () => {
  type Row = readonly [
    string,
    Credentials,
    offered: string,
    replies: readonly string[],
    lines: readonly string[],
  ];
  const table: readonly Row[] = [
    ['PLAIN', password(), 'LOGIN PLAIN', [welcome], [plain]],
    ['PLAIN, in small letters', password(), 'plain', [welcome], [plain]],
    [
      'PLAIN with another identity to act as',
      password({ authzid: 'bob' }),
      'LOGIN PLAIN',
      [welcome],
      ['AUTH PLAIN bob␀alice␀pass word'],
    ],
    [
      'PLAIN in UTF-8',
      password({ password: 'pässwörd' }),
      'PLAIN',
      [welcome],
      ['AUTH PLAIN ␀alice␀pässwörd'],
    ],
    [
      'LOGIN where PLAIN is not offered',
      password(),
      'CRAM-MD5 LOGIN',
      ['334 VXNlcm5hbWU6', '334 UGFzc3dvcmQ6', welcome],
      ['AUTH LOGIN', 'alice', 'pass word'],
    ],
    ['XOAUTH2', token('XOAUTH2'), 'PLAIN OAUTHBEARER XOAUTH2', [welcome], [xoauth2]],
    [
      'OAUTHBEARER',
      token('OAUTHBEARER'),
      'PLAIN XOAUTH2 OAUTHBEARER',
      [welcome],
      [`AUTH OAUTHBEARER ${bearer}`],
    ],
    [
      'an XOAUTH2 token at a server with OAUTHBEARER',
      token('XOAUTH2'),
      'OAUTHBEARER',
      [welcome],
      [`AUTH OAUTHBEARER ${bearer}`],
    ],
    ['an OAUTHBEARER token at a server with XOAUTH2', token('OAUTHBEARER'), 'XOAUTH2', [welcome], [xoauth2]],
    [
      'a user name with the separators of OAUTHBEARER',
      token('OAUTHBEARER', 'ya29.token', 'a,b=c'),
      'OAUTHBEARER',
      [welcome],
      [`AUTH OAUTHBEARER ${bearer.replace('alice@example.org', 'a=2Cb=3Dc')}`],
    ],
    [
      'a token too long for a command line',
      token('XOAUTH2', 'y'.repeat(2000)),
      'XOAUTH2',
      ['334', welcome],
      ['AUTH XOAUTH2', `user=alice@example.org␁auth=Bearer ${'y'.repeat(2000)}␁␁`],
    ],
  ];
  for (const [name, credentials, offered, replies, lines] of table) {
    it(name, async () => {
      assert.deepEqual(await converse(credentials, offered, replies), { lines, result: undefined });
    });
  }

  it('in plain text, when TLS is ruled out', async () => {
    const conversation = await converse(password(), 'PLAIN', [welcome], {
      confidential: false,
      tls: 'never',
    });
    assert.deepEqual(conversation, { lines: [plain], result: undefined });
  });
});

describe('the AUTH line is as long as a command line may be, and not longer', () => {
  // AUTH PLAIN and a blank are 11 octets, so 499 are left, which base64 fills up to 496 with 372 octets.
  const ofLength = (octets: number) => password({ password: 'p'.repeat(octets - '␀alice␀'.length) });
  for (const [octets, commands] of [
    [372, 1],
    [373, 2],
  ] as const) {
    it(`${octets} octets`, async () => {
      const replies = commands === 1 ? [welcome] : ['334 ', welcome];
      assert.equal((await converse(ofLength(octets), 'PLAIN', replies)).lines.length, commands);
    });
  }
});

describe('a login that fails', () => {
  const challenge = `334 ${Buffer.from('{"status":"401","schemes":"bearer"}').toString('base64')}`;
  const expired = '535 5.7.8 Token has expired';
  type Row = readonly [
    string,
    Credentials,
    offered: string,
    replies: readonly string[],
    lines: readonly string[],
    result: Unavailable,
  ];
  const notOffered: Unavailable = {
    cause: 'login',
    reply: '421 4.7.0 The submission server offers no AUTH mechanism for this login',
  };
  const table: readonly Row[] = [
    ['PLAIN', password(), 'PLAIN', ['535 5.7.8 No'], [plain], { cause: 'login', reply: '535 5.7.8 No' }],
    [
      'for now',
      password(),
      'PLAIN',
      ['454 4.7.0 Later'],
      [plain],
      { cause: 'connection', reply: '454 4.7.0 Later' },
    ],
    [
      'LOGIN, user name',
      password(),
      'LOGIN',
      ['334', '535 No'],
      ['AUTH LOGIN', 'alice'],
      { cause: 'login', reply: '535 No' },
    ],
    [
      'XOAUTH2: the error challenge is answered by an empty line',
      token('XOAUTH2'),
      'XOAUTH2',
      [challenge, expired],
      [xoauth2, ''],
      { cause: 'login', reply: expired },
    ],
    [
      'OAUTHBEARER: the error challenge is answered by ^A',
      token('OAUTHBEARER'),
      'OAUTHBEARER',
      [challenge, expired],
      [`AUTH OAUTHBEARER ${bearer}`, '␁'],
      { cause: 'login', reply: expired },
    ],
    [
      'PLAIN: a challenge that makes no sense is cancelled',
      password(),
      'PLAIN',
      ['334 cXVhbnRz', '501 5.5.4 Cancelled'],
      [plain, '*'],
      { cause: 'login', reply: '501 5.5.4 Cancelled' },
    ],
    ['a password, and only tokens are taken', password(), 'XOAUTH2 CRAM-MD5', [], [], notOffered],
    ['a token, and only passwords are taken', token('XOAUTH2'), 'PLAIN LOGIN', [], [], notOffered],
    ['LOGIN cannot act as somebody else', password({ authzid: 'bob' }), 'LOGIN', [], [], notOffered],
    [
      'NUL in a user name would shift the fields',
      password({ user: 'a\0bob' }),
      'PLAIN LOGIN',
      [],
      [],
      notOffered,
    ],
    [
      'NUL in a password would shift the fields',
      password({ password: 'a\0b' }),
      'PLAIN LOGIN',
      [],
      [],
      notOffered,
    ],
    ['^A in a token would shift the fields', token('XOAUTH2', 'a\x01b'), 'XOAUTH2', [], [], notOffered],
  ];
  for (const [name, credentials, offered, replies, lines, result] of table) {
    it(name, async () => assert.deepEqual(await converse(credentials, offered, replies), { lines, result }));
  }

  for (const tls of ['starttls-try', 'starttls-require', 'implicit'] as const) {
    it(`${tls}, but others could read along: nothing is shown`, async () => {
      const { lines, result } = await converse(password(), 'PLAIN', [], { confidential: false, tls });
      assert.deepEqual([lines, result?.cause], [[], 'tls']);
    });
  }
});
