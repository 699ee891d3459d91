import { setTimeout as delay } from 'node:timers/promises';
import type { SinkOptions } from '../../support/sink.js';

const DEADLINE_MS = 60_000;

/** A submission server that waits with its answer to the final dot while it is told to. */
export interface Stall {
  readonly options: SinkOptions;
  /** The same for another step, as its verdict. */
  pass(): Promise<undefined>;
  /** From now on, no final dot is answered; the returned function answers them all. */
  begin(): () => void;
  /** Resolves when so many messages wait for their answer. */
  waiting(count: number): Promise<void>;
}

export function createStall(): Stall {
  let stalled: Promise<undefined> | undefined;
  let count = 0;
  const pass = async (): Promise<undefined> => {
    count++;
    // A test that fails must not leave anybody waiting.
    await Promise.race([stalled, delay(DEADLINE_MS, undefined, { ref: false })]);
    count--;
    return undefined;
  };
  return {
    options: { onMessage: pass },
    pass,
    begin() {
      let end = (): void => {};
      stalled = new Promise((resolve) => {
        end = () => resolve(undefined);
      });
      return () => {
        stalled = undefined;
        end();
      };
    },
    waiting: async (wanted) => {
      const deadline = Date.now() + DEADLINE_MS;
      while (count < wanted) {
        if (Date.now() > deadline) throw new Error(`only ${count} of ${wanted} messages arrived`);
        await delay(2);
      }
    },
  };
}
