import type { Accounts, Environment } from './accounts.js';
import { Delivery } from './deliver.js';
import { type Outcome, outcomeOfError } from './outcome.js';
import type { Head, Kept, Spool } from './spool.js';
import { EXIT, type Exit } from './sysexits.js';

type Report = (message: Kept, outcome: Outcome) => void;

/**
 * Sends what is kept, the oldest first. What does not go now stays; what was refused is kept as failed, for nobody but the
 * user can say what is to become of it. What another process is sending is left to it.
 */
export async function flush(
  spool: Spool,
  accounts: Accounts,
  environment: Environment,
  report: Report,
): Promise<Exit> {
  const deliveries = new Map<string, Delivery>();
  const deliver = async (name: string, octets: Buffer): Promise<Outcome> => {
    try {
      const known = deliveries.get(name) ?? new Delivery(accounts.named(name), environment);
      deliveries.set(name, known);
      return await known.deliver(octets);
    } catch (error) {
      return outcomeOfError(error);
    }
  };
  spool.tidy(Date.now());
  let exit: Exit = EXIT.OK;
  for (const id of spool.pending()) {
    const settled = await sendKept(spool, id, deliver);
    if (settled === undefined) continue;
    const { message, outcome } = settled;
    report(message, outcome);
    if (outcome.kind === 'failed') {
      if (exit === EXIT.OK) exit = EXIT.UNAVAILABLE;
    } else if (outcome.kind !== 'sent') exit = EXIT.TEMPFAIL;
  }
  for (const delivery of deliveries.values()) await delivery.end();
  return exit;
}

/** Undefined if it is not there any more, or another process is sending it. */
async function sendKept(
  spool: Spool,
  id: string,
  deliver: (account: string, octets: Buffer) => Promise<Outcome>,
): Promise<{ readonly message: Kept; readonly outcome: Outcome } | undefined> {
  const lock = spool.lock(id);
  if (lock === undefined) return undefined;
  const message = spool.read(id);
  if (message === undefined || message.state === 'failed') {
    lock.remove();
    return undefined;
  }
  const { account, octets, failure } = message;
  const outcome: Outcome =
    failure === undefined
      ? await deliver(account, octets)
      : { kind: 'failed', exit: EXIT.DATAERR, text: failure };
  switch (outcome.kind) {
    case 'sent':
      spool.remove(id);
      lock.remove();
      break;
    case 'failed':
      spool.fail(id, outcome.text);
      lock.remove();
      return { message: spool.read(id) ?? message, outcome };
    case 'later':
    case 'setup':
      lock.release();
  }
  return { message, outcome };
}

/**
 * Keeps a message, then sends it. What cannot be sent now stays; what cannot be sent at all does not, as whoever called is told
 * and has it.
 */
export async function sendOrKeep(
  spool: Spool,
  message: Head & { readonly octets: Buffer },
  delivery: Delivery,
): Promise<Outcome> {
  const { octets, ...head } = message;
  const id = spool.put(head, octets);
  const lock = spool.lock(id);
  // A `-q` was quicker.
  if (lock === undefined) return { kind: 'sent', text: 'kept, and being sent' };
  if (spool.read(id) === undefined) {
    lock.remove();
    return { kind: 'sent', text: 'sent' };
  }
  const outcome = await delivery.deliver(octets);
  if (outcome.kind === 'later') {
    lock.release();
    return { kind: 'sent', text: `kept, to be sent by sendmail -q: ${outcome.text}` };
  }
  spool.remove(id);
  lock.remove();
  return outcome;
}
