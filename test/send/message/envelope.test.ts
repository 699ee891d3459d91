import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { envelopeOf } from '../../../src/send/message/envelope.js';
import { Transmission } from '../../../src/send/message/transmission.js';
import { addressCases } from '../../corpus/headers/addresses.js';
import type { HeaderCase } from '../../corpus/headers/case.js';
import { destinationCases } from '../../corpus/headers/destination.js';
import { notationCases } from '../../corpus/headers/notation.js';
import { originatorCases } from '../../corpus/headers/originator.js';
import { resentCases } from '../../corpus/headers/resent.js';

const BODY = '\r\nBcc: not a field\r\n';

function prove({ name, header, transmitted, expected }: HeaderCase): void {
  test(name, () => {
    assert.deepEqual(envelopeOf(header), resultOf(expected));
    assert.equal(transmittedOf(header).toString('latin1'), transmitted.toString('latin1') + BODY);
  });
}

function resultOf(expected: HeaderCase['expected']): ReturnType<typeof envelopeOf> {
  if ('refusal' in expected) return { ok: false, ...expected };
  const { from, to, ...originator } = expected;
  return { ok: true, envelope: { from, to }, ...originator };
}

function transmittedOf(header: Buffer): Buffer {
  const emitted: Buffer[] = [];
  const transmission = new Transmission();
  transmission.push(Buffer.concat([header, Buffer.from(BODY)]), (slice) => emitted.push(Buffer.from(slice)));
  const result = transmission.end((slice) => emitted.push(Buffer.from(slice)));
  assert.deepEqual(result.kind === 'complete' && result.header, header);
  return Buffer.concat(emitted);
}

suite('envelope: address syntax', () => addressCases.forEach(prove));
suite('envelope: originator', () => originatorCases.forEach(prove));
suite('envelope: destination', () => destinationCases.forEach(prove));
suite('envelope: how fields are written', () => notationCases.forEach(prove));
suite('envelope: resent messages', () => resentCases.forEach(prove));
