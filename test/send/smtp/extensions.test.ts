import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExtensions, type SmtpExtensions } from '../../../src/send/smtp/extensions.js';

const none: SmtpExtensions = {
  pipelining: false,
  eightBitMime: false,
  smtpUtf8: false,
  dsn: false,
  auth: [],
  limits: {},
};

describe('what a server announces in its reply to EHLO', () => {
  const table: ReadonlyArray<
    readonly [name: string, ehlo: readonly string[], expected: Partial<SmtpExtensions>]
  > = [
    ['nothing', ['250 mail.example'], {}],
    [
      'all that we use',
      [
        '250-mail.example',
        '250-PIPELINING',
        '250-SIZE 1000',
        '250-8BITMIME',
        '250-SMTPUTF8',
        '250 AUTH PLAIN LOGIN',
      ],
      { pipelining: true, size: { max: 1000 }, eightBitMime: true, smtpUtf8: true, auth: ['PLAIN', 'LOGIN'] },
    ],
    [
      'keywords in any case',
      ['250-x', '250-pipelining', '250 auth plain'],
      { pipelining: true, auth: ['PLAIN'] },
    ],
    ['SIZE without a number', ['250-x', '250 SIZE'], { size: {} }],
    ['SIZE 0', ['250-x', '250 SIZE 0'], { size: {} }],
    ['SIZE that is no number', ['250-x', '250 SIZE lots'], { size: {} }],
    ['the name of the server', ['250 x PIPELINING 8BITMIME SMTPUTF8 AUTH PLAIN SIZE 10'], {}],
    [
      'words after another keyword',
      ['250-x', '250-DSN', '250 HELP PIPELINING 8BITMIME SIZE 10'],
      { dsn: true },
    ],
    ['a longer keyword', ['250-x', '250-PIPELININGS', '250 X-SMTPUTF8'], {}],
    [
      'AUTH= of old servers, which repeats AUTH',
      ['250-x', '250-AUTH PLAIN', '250 AUTH=LOGIN'],
      { auth: ['PLAIN'] },
    ],
    [
      'limits',
      ['250-x', '250 LIMITS RCPTMAX=20 MAILMAX=5 RCPTDOMAINMAX=1'],
      { limits: { rcptMax: 20, mailMax: 5, rcptDomainMax: 1 } },
    ],
    ['limits without sense', ['250-x', '250 LIMITS RCPTMAX=0 MAILMAX=-1 RCPTDOMAINMAX FOO=3'], {}],
  ];
  for (const [name, ehlo, expected] of table) {
    it(name, () => assert.deepEqual(parseExtensions(ehlo.join('\n')), { ...none, ...expected }));
  }
});
