import type { ImapFlow } from 'imapflow';
import { Outbox } from './outbox.js';
import { toOutgoing } from './outgoing-message.js';
import { offersSend, type SendMessagesOptions, SendNotOfferedError } from './send-messages.js';
import { type Fate, submit } from './submit.js';

export interface AppendAndSendOptions extends Pick<SendMessagesOptions, 'signal' | 'onProgress'> {
  /**
   * Another session of the same login, which writes down that the message was sent. Without it `client` does, and a
   * connection that is lost in that very moment may have the message sent once more by a repetition.
   */
  readonly marks?: ImapFlow;
  /** Of the copy in the mailbox, besides the mark that it was sent. Default: `\Seen`. */
  readonly flags?: readonly string[];
}

/** What became of the message. `uid` is that of the copy in the mailbox. */
export type Delivery =
  /** `before`: by an earlier call; this one did nothing. */
  | { readonly kind: 'sent'; readonly uid: number; readonly before: boolean }
  | Exclude<Fate, { kind: 'sent' }>
  /** It is in the mailbox, and nobody knows whether it was sent: not by this function, or with an outcome that is unknown. */
  | { readonly kind: 'unmarked'; readonly uid: number }
  /** The mailbox did not take it. */
  | { readonly kind: 'not-stored'; readonly text: string }
  /** No message: what is wrong with it, in words. */
  | { readonly kind: 'unusable'; readonly problem: string };

/**
 * Appends a message to a mailbox and sends it. It can be repeated, with the same octets, whenever it was interrupted: the
 * mailbox tells what was done, and nothing is stored or sent twice. So a message that was sent is not sent again by it; use
 * `sendMessages` for that. The copy of a message that is refused for good is taken out of the mailbox.
 *
 * @param client connected; selects the mailbox, if it is not
 * @param mailbox path of an existing mailbox
 * @param octets the message; bare line feeds become CRLF
 * @throws {SendNotOfferedError} nothing was done
 * @throws {SendInterruptedError} repeat it on a new connection
 * @throws {MailboxError} the mailbox is not there, or does not keep keywords
 */
export async function appendAndSend(
  client: ImapFlow,
  mailbox: string,
  octets: Uint8Array,
  { marks = client, flags = ['\\Seen'], ...sending }: AppendAndSendOptions = {},
): Promise<Delivery> {
  if (!offersSend(client)) throw new SendNotOfferedError();
  const message = toOutgoing(octets);
  if ('problem' in message) return { kind: 'unusable', problem: message.problem };
  const outbox = await Outbox.open(client, marks, mailbox);
  const placed = await outbox.place(message, flags);
  switch (placed.kind) {
    case 'submitted':
      return { kind: 'sent', uid: placed.uid, before: true };
    case 'unmarked':
      return placed;
    case 'refused':
      return { kind: 'not-stored', text: placed.text };
    case 'pending': {
      const [fate] = await submit(outbox, [placed.uid], { ...sending, own: new Set([placed.uid]) });
      return fate?.kind === 'sent' ? { ...fate, before: false } : (fate as Exclude<Fate, { kind: 'sent' }>);
    }
  }
}
