import { openSession, type SubmissionServer } from './submission.js';

/**
 * Whether the submission server answers EHLO, with TLS before it where that is asked for, and what is wrong if not.
 * @param waitMs milliseconds for each step.
 */
export async function probeSubmission(
  server: SubmissionServer,
  waitMs: number,
): Promise<{ readonly ok: boolean; readonly detail: string }> {
  const timeouts = { connect: waitMs, greeting: waitMs, command: waitMs, block: waitMs, finalDot: waitMs };
  const opened = await openSession(server, timeouts);
  if (!opened.ok) return { ok: false, detail: opened.why.reply };
  // Not waited for: what was asked is known.
  void opened.session.quit();
  return { ok: true, detail: 'answers EHLO' };
}
