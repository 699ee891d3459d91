import { randomFrom } from '../kill/random.js';

/** FNV-1a: what has to be chosen for an input is chosen by its octets, so that the same input always does the same. */
export function hashOf(input: Buffer): number {
  let hash = 0x811c9dc5;
  for (const octet of input) hash = Math.imul(hash ^ octet, 0x01000193) >>> 0;
  return hash;
}

/** The ways in which an input is cut: not at all, octet by octet if it is short, and in pieces of some lengths. */
export function* cutsOf(input: Buffer): Generator<readonly Buffer[]> {
  yield [input];
  if (input.length <= 512) yield pieces(input, () => 1);
  const random = randomFrom(hashOf(input));
  const longest = random.pick([
    [1, 4],
    [1, 30],
    [1, 1 + input.length],
  ]);
  yield pieces(input, () => 1 + random.below(longest));
}

function pieces(input: Buffer, length: () => number): Buffer[] {
  const cut: Buffer[] = [];
  for (let from = 0; from < input.length; ) {
    const to = from + length();
    cut.push(input.subarray(from, to));
    from = to;
  }
  return cut;
}
