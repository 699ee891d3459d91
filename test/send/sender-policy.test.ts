import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { leaveToSubmissionServer, loginOnly, type Senders } from '../../src/send/sender-policy.js';

const anna = 'anna@example.org';
const eve = 'eve@example.org';
const from = (address: string): Senders => ({ envelopeFrom: address, headerFrom: [address] });

/** The address that is refused, or undefined. */
function refusedBy(
  policy: ReturnType<typeof loginOnly>,
  login: string,
  senders: Senders,
): string | undefined {
  const refusal = policy(login, senders);
  if (refusal === undefined) return undefined;
  const { parameter, ...rest } = refusal;
  assert.deepEqual(rest, {
    command: 'MAIL FROM',
    reply: '550 5.7.1 This login may not send as this address',
  });
  return parameter;
}

describe('login: every address is the login', () => {
  const table: readonly [
    name: string,
    login: string,
    domain: string | undefined,
    senders: Senders,
    refused: string | undefined,
  ][] = [
    ['itself', anna, undefined, from(anna), undefined],
    ['somebody else', anna, undefined, from(eve), eve],
    ['another domain', anna, undefined, from('anna@example.com'), 'anna@example.com'],
    ['a subdomain', anna, undefined, from('anna@mail.example.org'), 'anna@mail.example.org'],
    ['upper case', 'Anna@Example.ORG', undefined, from('aNNa@eXample.org'), undefined],
    ['a domain in A-labels', 'anna@bücher.example', undefined, from('anna@xn--bcher-kva.example'), undefined],
    ['a domain in U-labels', 'anna@xn--bcher-kva.example', undefined, from('anna@Bücher.example'), undefined],
    [
      'a letter that only Unicode calls a k',
      'karl@example.org',
      undefined,
      from('\u212aarl@example.org'),
      '\u212aarl@example.org',
    ],
    ['no domain, no default', 'anna', undefined, from(anna), anna],
    ['no domain, its default', 'anna', 'example.org', from(anna), undefined],
    ['no domain, its default in another case', 'Anna', 'EXAMPLE.org', from(anna), undefined],
    [
      'no domain, another than the default',
      'anna',
      'example.org',
      from('anna@example.com'),
      'anna@example.com',
    ],
    ['a domain is not replaced by the default', 'anna@example.com', 'example.org', from(anna), anna],
    ['nobody logged in', '', undefined, from(anna), anna],
    ['nobody logged in, with a default', '', 'example.org', from(anna), anna],
    ['a foreign header From', anna, undefined, { envelopeFrom: anna, headerFrom: [eve] }, eve],
    [
      'one foreign among several in From',
      anna,
      undefined,
      { envelopeFrom: anna, headerFrom: [anna, eve] },
      eve,
    ],
    ['a foreign Sender', anna, undefined, { envelopeFrom: eve, headerFrom: [anna], headerSender: eve }, eve],
    [
      'a foreign Sender alone',
      anna,
      undefined,
      { envelopeFrom: anna, headerFrom: [anna], headerSender: eve },
      eve,
    ],
    [
      'a From of others, sent on their behalf',
      anna,
      undefined,
      { envelopeFrom: anna, headerFrom: [eve], headerSender: anna },
      eve,
    ],
    [
      'a From without addresses',
      anna,
      undefined,
      { envelopeFrom: anna, headerFrom: [], headerSender: anna },
      undefined,
    ],
    [
      'a From without addresses, a foreign Sender',
      anna,
      undefined,
      { envelopeFrom: eve, headerFrom: [], headerSender: eve },
      eve,
    ],
    ['a foreign envelope', anna, undefined, { envelopeFrom: eve, headerFrom: [anna] }, eve],
  ];
  for (const [name, login, domain, senders, refused] of table) {
    test(`${name}: ${refused === undefined ? 'allowed' : 'refused'}`, () => {
      assert.equal(refusedBy(loginOnly(domain), login, senders), refused);
    });
  }
});

test('submission: the submission server decides', () => {
  assert.equal(leaveToSubmissionServer(anna, { envelopeFrom: eve, headerFrom: [eve] }), undefined);
});
