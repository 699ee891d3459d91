/** Exit codes as sysexits.h has them, which callers of sendmail(8) go by. */
export const EXIT = {
  OK: 0,
  USAGE: 64,
  DATAERR: 65,
  NOINPUT: 66,
  NOUSER: 67,
  NOHOST: 68,
  UNAVAILABLE: 69,
  SOFTWARE: 70,
  TEMPFAIL: 75,
  NOPERM: 77,
  CONFIG: 78,
} as const;

export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command: a line for whoever called it, without a secret, and the exit code. */
export class SendmailError extends Error {
  override readonly name = 'SendmailError';
  readonly exit: Exit;

  constructor(exit: Exit, text: string) {
    super(text);
    this.exit = exit;
  }
}
