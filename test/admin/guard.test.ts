import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { objectToHost, objectToOrigin, objectToToken } from '../../src/admin/guard.js';
import { Secret } from '../../src/secret.js';

const token = new Secret('0123456789abcdef');

describe('Host', () => {
  const hosts: readonly (readonly [
    where: string,
    host: string | undefined,
    withToken: boolean,
    without: boolean,
  ])[] = [
    ['127.0.0.1', '127.0.0.1:9143', true, true],
    ['127.0.0.1', '127.0.0.1', true, true],
    ['127.0.0.1', '127.8.8.8:1', true, true],
    ['127.0.0.1', 'LocalHost:8080', true, true],
    ['127.0.0.1', '[::1]:9143', true, true],
    ['localhost', 'localhost', true, true],
    ['mail.example.org', 'MAIL.example.org:9143', true, true],
    ['0.0.0.0', '192.0.2.1:9143', true, false],
    ['::', '[2001:db8::1]', true, false],
    // DNS rebinding: names of somebody else's.
    ['127.0.0.1', 'evil.example', false, false],
    ['127.0.0.1', 'evil.example:9143', false, false],
    ['127.0.0.1', 'localhost.evil.example', false, false],
    ['127.0.0.1', '127.0.0.1.evil.example:9143', false, false],
    ['127.0.0.1', 'evil.example@127.0.0.1', false, false],
    ['127.0.0.1', '127.0.0.1/evil', false, false],
    ['127.0.0.1', '127.0.0.1:x', false, false],
    ['127.0.0.1', '', false, false],
    // As HAProxy asks, and no browser.
    ['127.0.0.1', undefined, true, true],
  ];
  for (const [where, host, withToken, without] of hosts) {
    test(`${host} at ${where}`, () => {
      assert.equal(objectToHost({ host: where, token }, host)?.status, withToken ? undefined : 421);
      assert.equal(objectToHost({ host: where }, host)?.status, without ? undefined : 421);
    });
  }
});

describe('the token', () => {
  const shown: readonly (readonly [string | undefined, boolean])[] = [
    ['Bearer 0123456789abcdef', true],
    ['bearer  0123456789abcdef ', true],
    ['Bearer 0123456789abcdeg', false],
    ['Bearer 0123456789abcde', false],
    ['Bearer 0123456789abcdef0', false],
    ['Bearer 0123456789abcdef x', false],
    ['Bearer ', false],
    ['0123456789abcdef', false],
    ['Basic 0123456789abcdef', false],
    ['', false],
    [undefined, false],
  ];
  for (const [authorization, accepted] of shown) {
    test(`${authorization}`, () => {
      assert.equal(objectToToken({ host: 'x', token }, authorization)?.status, accepted ? undefined : 401);
      assert.equal(objectToToken({ host: 'x' }, authorization), undefined);
    });
  }
});

describe('what changes something', () => {
  const host = '127.0.0.1:9143';
  const requests: readonly (readonly [string, Record<string, string>, boolean])[] = [
    ['a script of the page', { 'x-requested-by': 'status-page', origin: `http://${host}` }, true],
    ['behind TLS', { 'x-requested-by': 'status-page', origin: `https://${host}` }, true],
    ['with what browsers say of it', { 'x-requested-by': 'x', 'sec-fetch-site': 'same-origin' }, true],
    ['curl', { 'x-requested-by': 'curl' }, true],
    ['curl with JSON', { 'content-type': 'application/json; charset=utf-8' }, true],
    [
      'a form (CSRF)',
      { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' },
      false,
    ],
    ['a form that says nothing of its origin', { 'content-type': 'text/plain' }, false],
    ['JSON of a kind that needs no leave', { 'content-type': 'text/plain; application/json' }, false],
    ['another origin', { 'x-requested-by': 'x', origin: 'http://evil.example' }, false],
    ['another port', { 'x-requested-by': 'x', origin: 'http://127.0.0.1:80' }, false],
    ['no origin at all', { 'x-requested-by': 'x', origin: 'null' }, false],
    ['another site', { 'x-requested-by': 'x', 'sec-fetch-site': 'cross-site' }, false],
    ['another name of the same site', { 'x-requested-by': 'x', 'sec-fetch-site': 'same-site' }, false],
    ['nothing', {}, false],
  ];
  for (const [title, headers, accepted] of requests) {
    test(title, () => assert.equal(objectToOrigin({ host, ...headers })?.status, accepted ? undefined : 403));
  }
});
