export interface Check {
  readonly name: string;
  /** Without it clients cannot be served. */
  readonly required: boolean;
  /** A rejection counts as a failure. */
  probe(signal: AbortSignal): Promise<Finding>;
}

export interface Finding {
  readonly ok: boolean;
  readonly detail: string;
}

export interface Checked extends Finding {
  readonly name: string;
  readonly required: boolean;
}

export interface Report {
  /** All that are required are. */
  readonly ok: boolean;
  readonly checks: readonly Checked[];
}

export interface ReadinessOptions {
  readonly checks: readonly Check[];
  /** Milliseconds for all of them, which are asked at the same time. */
  readonly deadlineMs: number;
  /** Milliseconds that a good report holds, default 10 s: each look is a line in the log of upstream. */
  readonly keepOkMs?: number;
  /** Milliseconds that a bad one holds, default 2 s: who waits is to hear soon that all is well again. */
  readonly keepFailedMs?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/** Looks at the servers behind us when somebody asks; who asks meanwhile, or soon after, shares the answer. */
export class Readiness {
  readonly #options: Required<ReadinessOptions>;
  #last: { readonly report: Report; readonly until: number } | undefined;
  #looking: Promise<Report> | undefined;

  constructor(options: ReadinessOptions) {
    this.#options = { keepOkMs: 10_000, keepFailedMs: 2_000, now: () => performance.now(), ...options };
  }

  /** The last report, however old, or none yet; that of now is there the next time. */
  peek(): Report | undefined {
    void this.look();
    return this.#last?.report;
  }

  /** Never rejects. */
  look(): Promise<Report> {
    const last = this.#last;
    if (last !== undefined && this.#options.now() < last.until) return Promise.resolve(last.report);
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<Report> {
    const { checks, deadlineMs, keepOkMs, keepFailedMs, now } = this.#options;
    const checked = await Promise.all(
      checks.map(async ({ name, required, probe }) => {
        const { ok, detail } = await within(deadlineMs, probe);
        return { name, ok, required, detail };
      }),
    );
    const report = { ok: checked.every(({ ok, required }) => ok || !required), checks: checked };
    const keepMs = checked.every(({ ok }) => ok) ? keepOkMs : keepFailedMs;
    this.#last = { report, until: now() + keepMs };
    return report;
  }
}

/** What a probe still does after the deadline nobody waits for. */
async function within(deadlineMs: number, probe: Check['probe']): Promise<Finding> {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => {
      resolve({ ok: false, detail: `no answer within ${deadlineMs / 1000} s` });
      over.abort();
    }, deadlineMs);
  });
  const probed = probe(over.signal).catch((error: unknown) => ({
    ok: false,
    detail: error instanceof Error ? error.message : String(error),
  }));
  const finding = await Promise.race([probed, late]);
  clearTimeout(timer);
  return finding;
}
