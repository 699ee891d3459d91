import type { ImapFlow } from 'imapflow';
import { type Copy, copyOf, decisive, findCopies, MailboxError, PENDING, SUBMITTED } from './copies.js';
import type { OutgoingMessage } from './outgoing-message.js';

/** Where a message is, or why it is not there. */
export type Placed =
  /** To be sent. */
  | { readonly kind: 'pending'; readonly uid: number }
  | { readonly kind: 'submitted'; readonly uid: number }
  /** There already, without a mark: nobody knows whether it was sent. */
  | { readonly kind: 'unmarked'; readonly uid: number }
  /** The server did not take it, in these words. */
  | { readonly kind: 'refused'; readonly text: string };

/**
 * A mailbox that messages are sent from so that nothing is sent or stored twice, whenever the program dies.
 *
 * What the mailbox says is all that there is to know about a message: it is appended with `$SubmitPending`; when it was
 * sent, that is replaced by `$Submitted`. In between, SEND can be repeated, as the server remembers a message that was sent
 * until this session says something after the answer. So the mark is set over another session, `marks`: were it the same
 * one, the server would forget before the mark is stored.
 */
export class Outbox {
  /** The session that SEND is to be said in. */
  readonly client: ImapFlow;
  readonly path: string;
  readonly #marks: ImapFlow;

  private constructor(client: ImapFlow, marks: ImapFlow, path: string) {
    this.client = client;
    this.#marks = marks;
    this.path = path;
  }

  /**
   * Selects the mailbox in both sessions, unless it is.
   * @throws {MailboxError}
   */
  static async open(client: ImapFlow, marks: ImapFlow, path: string): Promise<Outbox> {
    const [mailbox, other] = [await select(client, path), await select(marks, path)];
    if (mailbox.uidValidity !== other.uidValidity) throw new MailboxError(`${path} was replaced just now`);
    const { permanentFlags } = mailbox;
    const keeps = (flag: string) => permanentFlags === undefined || permanentFlags.has(flag);
    if (!keeps('\\*') && !(keeps(PENDING) && keeps(SUBMITTED))) {
      throw new MailboxError(`${path} keeps no keywords, and so not which of its messages were sent`);
    }
    return new Outbox(client, marks, mailbox.path);
  }

  /** Appends the message, unless it is there. */
  async place(message: OutgoingMessage, flags: readonly string[]): Promise<Placed> {
    const known = await this.#decide(message);
    if (known !== undefined) return { kind: known.state, uid: known.uid };
    const appended = await this.#append(message, flags);
    if ('refusal' in appended) return { kind: 'refused', text: appended.refusal };
    // Not simply what was appended: another run may have done the same just now.
    const first = await this.#decide(message, appended.uid);
    if (first === undefined) throw new MailboxError(`${this.path} does not keep messages as they are`);
    return { kind: first.state, uid: first.uid };
  }

  /**
   * A server may carry out STORE for what the session has not heard of yet without doing anything. Not where one session
   * does both: what it says first has to be the mark itself.
   */
  async #refresh(): Promise<void> {
    if (this.#marks !== this.client) await this.#marks.noop();
  }

  /** The copy that counts, after what interrupted or simultaneous runs left behind was put in order. */
  async #decide(message: OutgoingMessage, own?: number): Promise<Copy | undefined> {
    const copies = await findCopies(this.client, message, own);
    const first = decisive(copies);
    if (first?.halfMarked) await this.unmark([first.uid]);
    // What is marked as to be sent was appended for this alone; of two, all runs choose the same.
    await this.remove(
      copies.filter((copy) => copy !== first && copy.state === 'pending').map(({ uid }) => uid),
    );
    return first;
  }

  /** Which messages of a set of UIDs were sent before. Those that are not there are in neither list. */
  async look(set: string): Promise<{ readonly submitted: number[]; readonly others: number[] }> {
    await this.client.noop();
    const found = await this.client.fetchAll(set, { flags: true }, { uid: true });
    const copies = found.map(({ uid, flags }) => copyOf(uid, flags));
    await this.unmark(copies.filter(({ halfMarked }) => halfMarked).map(({ uid }) => uid));
    const those = (submitted: boolean) =>
      copies.filter(({ state }) => (state === 'submitted') === submitted).map(({ uid }) => uid);
    return { submitted: those(true), others: those(false) };
  }

  /**
   * Writes down that these were sent.
   * @throws {MailboxError} the server did not keep it: these would be sent again
   */
  async markSubmitted(uids: readonly number[]): Promise<void> {
    if (uids.length === 0) return;
    const set = uids.join(',');
    await this.#refresh();
    await this.#marks.messageFlagsAdd(set, [SUBMITTED], { uid: true });
    const stored = await this.#marks.fetchAll(set, { flags: true }, { uid: true });
    const missing = stored.filter(({ uid, flags }) => copyOf(uid, flags).state !== 'submitted');
    if (missing.length > 0) {
      const which = missing.map(({ uid }) => uid).join(', ');
      throw new MailboxError(`${this.path} did not keep that UID ${which} was sent`);
    }
    await this.#marks.messageFlagsRemove(set, [PENDING], { uid: true });
  }

  /** Takes away the mark that these are to be sent: where nobody knows whether they were, no repetition may send them. */
  async unmark(uids: readonly number[]): Promise<void> {
    if (uids.length === 0) return;
    await this.#refresh();
    await this.#marks.messageFlagsRemove(uids.join(','), [PENDING], { uid: true });
  }

  /**
   * Takes copies out of the mailbox that were appended to be sent; not where the server could only expunge everything that
   * is marked as deleted, other messages included (RFC 4315).
   */
  async remove(uids: readonly number[]): Promise<void> {
    const byUid = this.#marks.capabilities.has('UIDPLUS') || this.#marks.enabled.has('IMAP4REV2');
    if (uids.length === 0 || !byUid) return;
    await this.#refresh();
    await this.#marks.messageDelete(uids.join(','), { uid: true });
  }

  /** Its UID, if the server tells (UIDPLUS), or why it does not take it. */
  async #append(
    message: OutgoingMessage,
    flags: readonly string[],
  ): Promise<{ readonly uid?: number } | { readonly refusal: string }> {
    try {
      const stored = await this.client.append(this.path, message.octets, [...flags, PENDING]);
      return stored && stored.uid !== undefined ? { uid: stored.uid } : {};
    } catch (error) {
      const { responseStatus, serverResponseCode, responseText, message: words } = error as Refused;
      if (responseStatus === undefined && serverResponseCode !== 'APPENDLIMIT') throw error;
      return { refusal: responseText ?? words };
    }
  }
}

/** What imapflow attaches to the error of a command that the server refused. */
interface Refused extends Error {
  readonly responseStatus?: string;
  readonly serverResponseCode?: string;
  readonly responseText?: string;
}

async function select(client: ImapFlow, path: string) {
  const { mailbox } = client;
  if (mailbox && mailbox.path === path && !mailbox.readOnly) return mailbox;
  try {
    return await client.mailboxOpen(path);
  } catch (error) {
    const { responseStatus, responseText } = error as Refused;
    if (responseStatus === undefined) throw error;
    throw new MailboxError(`cannot open ${path}: ${responseText ?? 'refused'}`, { cause: error });
  }
}
