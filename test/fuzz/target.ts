/** Something that must hold for every input. */
export interface Target {
  readonly name: string;
  /** Where the fuzzer begins, in latin1. */
  readonly seeds: readonly string[];
  /** What it puts together, in latin1. */
  readonly dictionary: readonly string[];
  /** Octets of the longest input that it makes; 1024 unless said otherwise. */
  readonly maxLength?: number;
  /** Throws where it does not hold. The same input always does the same. */
  check(input: Buffer): void;
}
