import type { Random } from '../kill/random.js';

/** What inputs are changed with. */
export interface Material {
  readonly dictionary: readonly Buffer[];
  readonly corpus: readonly Buffer[];
  readonly maxLength: number;
}

type Change = (input: Buffer, random: Random, material: Material) => Buffer;

/** Numbers where a reader of numbers may change its mind. */
const NUMBERS = ['0', '1', '2', '9', '10', '28', '4096', '65536', '4294967295', '4294967296', '9'.repeat(20)];

const changes: readonly (readonly [weight: number, change: Change])[] = [
  [4, (input, random, { dictionary }) => insert(input, random, one(dictionary, random))],
  [2, (input, random, { dictionary }) => overwrite(input, random, one(dictionary, random))],
  [2, (input, random) => insert(input, random, Buffer.from([random.below(256)]))],
  [2, (input, random) => overwrite(input, random, Buffer.from([random.below(256)]))],
  [2, (input, random) => replaceRange(input, random, Buffer.alloc(0))],
  [2, (input, random) => insert(input, random, rangeOf(input, random))],
  [2, (input, random, { corpus }) => insert(input, random, rangeOf(one(corpus, random), random))],
  [1, (input, random, { corpus }) => replaceRange(input, random, rangeOf(one(corpus, random), random))],
  [1, (input, random, { corpus }) => Buffer.concat([input, one(corpus, random)])],
  [1, (input, random) => input.subarray(0, random.below(input.length + 1))],
  [2, replaceNumber],
  [0.02, repeat],
];

/** A few changes, one after the other. */
export function mutate(input: Buffer, random: Random, material: Material): Buffer {
  let mutated = input;
  for (let left = 1 << random.below(4); left > 0; left--) {
    mutated = random.pick(changes)(mutated, random, material);
  }
  return mutated.subarray(0, material.maxLength);
}

const one = (choices: readonly Buffer[], random: Random): Buffer =>
  choices[random.below(choices.length)] ?? Buffer.alloc(0);

function rangeOf(input: Buffer, random: Random): Buffer {
  const start = random.below(input.length + 1);
  return input.subarray(start, start + random.below(Math.min(64, input.length - start) + 1));
}

function insert(input: Buffer, random: Random, octets: Buffer): Buffer {
  const at = random.below(input.length + 1);
  return Buffer.concat([input.subarray(0, at), octets, input.subarray(at)]);
}

function overwrite(input: Buffer, random: Random, octets: Buffer): Buffer {
  const at = random.below(input.length + 1);
  return Buffer.concat([input.subarray(0, at), octets, input.subarray(at + octets.length)]);
}

function replaceRange(input: Buffer, random: Random, octets: Buffer): Buffer {
  const at = random.below(input.length + 1);
  const removed = random.below(Math.min(64, input.length - at) + 1);
  return Buffer.concat([input.subarray(0, at), octets, input.subarray(at + removed)]);
}

/** Also by a number near the length of what follows: literals that end just there, or one octet off. */
function replaceNumber(input: Buffer, random: Random): Buffer {
  const text = input.toString('latin1');
  const found = [...text.matchAll(/\d+/g)];
  const number = found[random.below(found.length)];
  if (number === undefined) return input;
  const end = number.index + number[0].length;
  const chosen = random.chance(0.5)
    ? String(random.below(Math.min(200, text.length - end) + 2))
    : (NUMBERS[random.below(NUMBERS.length)] as string);
  return Buffer.from(text.slice(0, number.index) + chosen + text.slice(end), 'latin1');
}

/** Up to where limits are. */
function repeat(input: Buffer, random: Random, { dictionary, maxLength }: Material): Buffer {
  const unit = random.chance(0.5) ? one(dictionary, random) : Buffer.from([random.below(256)]);
  if (unit.length === 0) return input;
  return insert(input, random, Buffer.alloc(random.below(maxLength), unit));
}
