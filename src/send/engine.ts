import type { TakenCommand } from '../gate/local-command.js';
import { inProgressLine } from '../imap/status.js';
import type { RecordedOutcome } from '../ledger/ledger.js';
import { faultLogger } from '../log/fault.js';
import type { CommandSession, Seen, TakenCommandHandler, TakenResult } from '../relay/handler.js';
import { Acknowledgements } from './acknowledgements.js';
import { Batch, type BatchOptions } from './batch.js';
import { identityFor, type SubmissionAuth } from './identity.js';
import { listMessages } from './list-messages.js';

export interface SendOptions extends BatchOptions {
  readonly auth: SubmissionAuth;
  /** Milliseconds between keep-alives to the client (RFC 9585). */
  readonly keepAliveMs: number;
  readonly maxMessagesPerSend: number;
}

/** What may change from one SEND to the next. */
export interface SendLimits {
  readonly maxMessageSize: number;
  readonly maxRecipients: number;
  readonly maxMessagesPerSend: number;
}

export interface SendHandler extends TakenCommandHandler {
  /** Counts for each SEND that begins from here on. */
  setLimits(limits: SendLimits): void;
}

/** Carries out SEND and UID SEND. */
export function createSendHandler(initial: SendOptions): SendHandler {
  let options = initial;
  const acknowledgements = new Acknowledgements(options.ledger, (session, error) =>
    faultLogger(options.log, session)(error),
  );
  return {
    setLimits({ maxMessageSize, maxRecipients, maxMessagesPerSend }) {
      const fetch = { ...options.fetch, maxMessageSize };
      options = { ...options, fetch, maxRecipients, maxMessagesPerSend };
    },
    async run(command, session) {
      const lookingUp = inProgressLine(command.tag, undefined, 'looking up the messages');
      let keepAlive = (): void => session.write(lookingUp);
      const timer = setInterval(() => keepAlive(), options.keepAliveMs);
      try {
        await acknowledgements.arrived(session.id);
        return await runSend(options, command, session, acknowledgements, (batch) => {
          keepAlive = () => batch.keepAlive();
        });
      } finally {
        clearInterval(timer);
      }
    },
  };
}

async function runSend(
  options: SendOptions,
  command: TakenCommand,
  session: CommandSession,
  acknowledgements: Acknowledgements,
  begun: (batch: Batch) => void,
): Promise<TakenResult> {
  const listed = await listMessages(command, session, options.maxMessagesPerSend);
  if (listed.kind === 'answer') {
    const { answer } = listed;
    if (answer.code === 'LIMIT') {
      const user = session.login?.user ?? '';
      options.log.event('send-refused', { session: session.id, user, cause: 'max-messages-per-send' });
    }
    return { answer };
  }
  const identity = identityFor(options.auth, session.login);
  if (identity === undefined) {
    const text =
      'this login cannot be shown to the submission server, log in with LOGIN or AUTHENTICATE PLAIN';
    return { answer: { status: 'NO', code: 'NOPERM', text } };
  }
  const batch = new Batch(options, command, session, listed.listing, identity);
  begun(batch);
  const { answer, answered } = await batch.run();
  return {
    answer,
    seen: (seen) => {
      for (const isSeen of [true, false]) {
        const keys = answered.filter(({ kind }) => isSeen === countsAsSeen(seen, kind)).map(({ key }) => key);
        acknowledgements.tell(session.id, keys, isSeen);
      }
    },
  };
}

/**
 * A client that closes its connection without another command may be one that lost it. For its retry an outcome is kept,
 * unless that is unknown: a client that never says LOGOUT could then never send the message again.
 */
const countsAsSeen = (seen: Seen, outcome: RecordedOutcome['kind']): boolean =>
  seen === 'yes' || (seen === 'perhaps' && outcome === 'unknown');
