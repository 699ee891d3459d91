/** What was found out about one thing, as one line. */
export interface Finding {
  /** Which thing; docs/check.md has them all. */
  readonly check: string;
  /** `warning`: mail flows, but not as well as it could, or not for long. */
  readonly status: 'ok' | 'warning' | 'failed';
  /** May have words of a remote side in it, and is cleaned before it is shown. */
  readonly text: string;
  /** What to do; for all that is not `ok`. */
  readonly advice?: string;
}

export const ok = (check: string, text: string): Finding => ({ check, status: 'ok', text });

export const warning = (check: string, text: string, advice: string): Finding => ({
  check,
  status: 'warning',
  text,
  advice,
});

export const failed = (check: string, text: string, advice: string): Finding => ({
  check,
  status: 'failed',
  text,
  advice,
});

/** Something about a thing that may be more than one thing. */
export interface Concern {
  readonly status: 'warning' | 'failed';
  readonly text: string;
  readonly advice: string;
}

/** One line for a thing with any number of concerns; as bad as the worst of them. */
export function withConcerns(check: string, text: string, concerns: readonly Concern[]): Finding {
  if (concerns.length === 0) return ok(check, text);
  const advice = [...new Set(concerns.map((concern) => concern.advice))].join('; ');
  const status = concerns.some((concern) => concern.status === 'failed') ? 'failed' : 'warning';
  return { check, status, text: [text, ...concerns.map((concern) => concern.text)].join('; '), advice };
}
