import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findLogin } from '../../src/client/netrc.js';

const netrc = `# mail
machine mail.example.org login anna password "a \\"secret\\" \\\\" # hers
machine mail.example.org
  login bert
  account x
  password #bert
machine half.example.org login nobody
macdef init
machine trap.example.org login trap password trap

machine MAIL.example.net password only
default login guest password guest
`;

const anna = { user: 'anna', password: 'a "secret" \\' };

const cases: readonly [host: string, user: string | undefined, user: string | undefined, password: string][] =
  [
    ['mail.example.org', undefined, anna.user, anna.password],
    ['mail.example.org', 'anna', anna.user, anna.password],
    ['mail.example.net', 'carol', undefined, 'only'],
    ['mail.example.com', undefined, 'guest', 'guest'],
    ['half.example.org', undefined, 'guest', 'guest'],
    ['trap.example.org', undefined, 'guest', 'guest'],
  ];

describe('the login for', () => {
  for (const [host, asked, user, password] of cases) {
    test(`${asked ?? 'anybody'} at ${host}`, () => {
      const login = findLogin(netrc, host, asked);
      assert.deepEqual([login?.user, login?.password], [user, password]);
    });
  }
});

test('none: another user, an empty file, a half one', () => {
  assert.equal(findLogin('machine a login b password c', 'a', 'd'), undefined);
  assert.equal(findLogin('', 'a'), undefined);
  assert.equal(findLogin('machine a login', 'a'), undefined);
  assert.equal(findLogin('password x', 'a'), undefined);
});
