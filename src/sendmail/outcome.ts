import { ConnectError } from '../client/connect.js';
import {
  type Delivery,
  MailboxError,
  SendInterruptedError,
  SendNotOfferedError,
  type Why,
} from '../client/index.js';
import { serverTrouble } from '../client/server-trouble.js';
import { wordsOf } from '../client/why.js';
import { clean } from '../log/clean.js';
import { EXIT, type Exit, SendmailError } from './sysexits.js';

/** What became of a message, for the caller and for the spool. */
export type Outcome =
  | { readonly kind: 'sent'; readonly text: string }
  /** Not now: another try may go well, and sends nothing twice. */
  | { readonly kind: 'later'; readonly text: string }
  /** Nothing was attempted: the account, its login or its server is not right. */
  | { readonly kind: 'setup'; readonly exit: Exit; readonly text: string }
  /** Another try would not help, or nobody knows. */
  | { readonly kind: 'failed'; readonly exit: Exit; readonly text: string };

/** docs/sendmail.md has the table. */
export const exitOf = (outcome: Outcome): Exit => {
  switch (outcome.kind) {
    case 'sent':
      return EXIT.OK;
    case 'later':
      return EXIT.TEMPFAIL;
    case 'setup':
    case 'failed':
      return outcome.exit;
  }
};

export function outcomeOf(delivery: Delivery, mailbox: string): Outcome {
  const box = clean(mailbox);
  switch (delivery.kind) {
    case 'sent':
      return { kind: 'sent', text: `sent${delivery.before ? ' before' : ''}: UID ${delivery.uid} in ${box}` };
    case 'deferred':
      return { kind: 'later', text: `not now: ${words(delivery.why)}` };
    case 'gone':
      return { kind: 'later', text: `somebody took the message out of ${box} before it was sent` };
    case 'refused':
      return { kind: 'failed', exit: exitOfRefusal(delivery.why), text: `refused: ${words(delivery.why)}` };
    case 'unknown':
      return failed(
        EXIT.UNAVAILABLE,
        `it may have been sent, nobody knows: ${words(delivery.why)}. It is UID ${delivery.uid} in ${box}`,
      );
    case 'unmarked':
      return failed(
        EXIT.UNAVAILABLE,
        `it is in ${box} already, as UID ${delivery.uid}, and may have been sent`,
      );
    case 'not-stored':
      return failed(EXIT.UNAVAILABLE, `the mail server did not store it: ${clean(delivery.text, 500)}`);
    case 'unusable':
      return failed(EXIT.DATAERR, `the message is not one: ${delivery.problem}`);
  }
}

const failed = (exit: Exit, text: string): Outcome => ({ kind: 'failed', exit, text });

/** By the enhanced code (RFC 3463) where there is one: a refusal of a recipient may be one of the sender. */
function exitOfRefusal({ result, answer }: Why): Exit {
  if (result === undefined) return answer.code === 'NOPERM' ? EXIT.NOPERM : EXIT.UNAVAILABLE;
  const [, subject, detail] = (result.reply.enhancedCode ?? '').split('.');
  if (answer.code === 'NOPERM' || subject === '7') return EXIT.NOPERM;
  if (subject === '6') return EXIT.DATAERR;
  if (result.command === 'RCPT TO') return subject === '1' && detail === '2' ? EXIT.NOHOST : EXIT.NOUSER;
  return result.command === 'MAIL FROM' ? EXIT.NOPERM : EXIT.UNAVAILABLE;
}

const words = (why: Why): string => clean(wordsOf(why), 1000);

/** What an error of a try means. Throws what is a fault of ours. */
export function outcomeOfError(error: unknown): Outcome {
  if (error instanceof SendmailError) {
    if (error.exit === EXIT.TEMPFAIL) return { kind: 'later', text: error.message };
    return { kind: 'setup', exit: error.exit, text: error.message };
  }
  if (error instanceof SendInterruptedError) return { kind: 'later', text: error.message };
  if (error instanceof ConnectError) {
    const text = clean(error.message, 500);
    if (error.kind === 'login') return { kind: 'setup', exit: EXIT.NOPERM, text };
    return { kind: 'later', text: `no connection to the mail server: ${text}` };
  }
  if (error instanceof SendNotOfferedError)
    return { kind: 'setup', exit: EXIT.UNAVAILABLE, text: error.message };
  if (error instanceof MailboxError)
    return { kind: 'setup', exit: EXIT.CONFIG, text: clean(error.message, 500) };
  const text = serverTrouble(error);
  if (text === undefined) throw error;
  return { kind: 'later', text: `the mail server: ${clean(text, 500)}` };
}
