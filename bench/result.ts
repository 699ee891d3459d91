/** What was measured, as it is printed and written as JSON. */

export type Unit = 'MB/s' | 'µs' | '/s' | 'KiB' | 'MiB' | 's' | 'MB' | '%';

/** Processor time by elapsed time, in percent of one processor. */
export interface Busy {
  readonly contender: number;
  /** The load generator and the upstream, which share a processor. */
  readonly load: number;
}

/** One run. */
export interface Sample {
  readonly figure: number;
  readonly busy?: Busy;
}

/** All runs of one contender. */
export interface Figure {
  readonly median: number;
  readonly rounds: readonly number[];
  readonly busy?: Busy;
}

export interface Result {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  /** By contender, or by what else is compared. */
  readonly figures: Readonly<Record<string, Figure>>;
}

/** Of values that are not in order; of an even number the mean of both in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}

export function figure(samples: readonly Sample[]): Figure {
  const rounds = samples.map((sample) => sample.figure);
  const busy = samples.flatMap((sample) => sample.busy ?? []);
  return {
    median: median(rounds),
    rounds,
    ...(busy.length > 0 && {
      busy: {
        contender: median(busy.map(({ contender }) => contender)),
        load: median(busy.map(({ load }) => load)),
      },
    }),
  };
}

/** Three digits, which is more than any of this is good for. */
export function written(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}
