import { writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { type Find, minimise } from './fuzzer.js';
import type { Target } from './target.js';

/** An input for which a target does not hold, or on which it comes to no end, as a worker found it. */
export type Found = { readonly kind: 'error' | 'hang'; readonly input: Buffer };

/** Writes it to a file, as small as it can be made, and says how to replay it. */
export function describeFind(target: Target, { kind, input }: Found): string {
  const smallest = kind === 'hang' ? input : minimise(target, input);
  const file = `fuzz-${target.name}.crash`;
  writeFileSync(file, smallest);
  return [
    `FOUND in ${target.name}: ${kind === 'hang' ? 'no end within 20 s' : problemOf(target, smallest)}`,
    `  input ${JSON.stringify(smallest.toString('latin1').slice(0, 2000))}`,
    `  npm run fuzz -- --target ${target.name} --replay ${file}`,
  ].join('\n');
}

function problemOf(target: Target, input: Buffer): string {
  try {
    target.check(input);
    return 'it does not fail again';
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : inspect(error);
  }
}

/** The same for a test that fails. */
export function describeTestFind(target: Target, { input, error }: Find): string {
  const smallest = minimise(target, input);
  return `${JSON.stringify(smallest.toString('latin1'))}: ${inspect(error)}`;
}
