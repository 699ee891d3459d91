import type { Outbox } from './outbox.js';
import { toOutgoing } from './outgoing-message.js';
import type { SendMessagesOptions } from './send-messages.js';
import type { Source } from './sources.js';
import { type Fate, submit } from './submit.js';

/** What became of one message, for whoever asked for it. */
export type Item = { readonly source: string } & (
  | Fate
  /** By an earlier run: this one did nothing. */
  | { readonly kind: 'sent-before'; readonly uid: number }
  /** It is in the mailbox, and nobody knows whether it was sent. */
  | { readonly kind: 'unmarked'; readonly uid: number }
  /** The mailbox did not take it. */
  | { readonly kind: 'not-stored'; readonly text: string }
  | { readonly kind: 'unusable'; readonly problem: string }
);

export interface RunOptions extends Pick<SendMessagesOptions, 'onProgress'> {
  /** Called for each message, as soon as it is known. */
  readonly report: (item: Item) => void;
  /** Whether no further message is to be begun. */
  readonly stopped: () => boolean;
}

/**
 * Messages of one UID SEND: the server submits several at a time, and what is under way at a stop or a lost connection
 * stays little.
 */
const BATCH = 16;

/** Octets that are appended before they are sent. */
const BATCH_OCTETS = 16 * 1024 * 1024;

/**
 * Appends and sends what the sources give. Stops between two batches.
 * @throws what `submit` throws, and imapflow's errors: repeat it on a new connection
 */
export async function sendSources(
  outbox: Outbox,
  sources: AsyncIterable<Source>,
  options: RunOptions,
): Promise<void> {
  let batch = new Map<number, string[]>();
  let octets = 0;
  const flush = async () => {
    const sending = batch;
    batch = new Map();
    octets = 0;
    await sendBatch(outbox, sending, new Set(sending.keys()), options);
  };
  for await (const { name, content } of sources) {
    if (options.stopped()) return;
    const message = 'problem' in content ? content : toOutgoing(content.octets);
    if ('problem' in message) {
      options.report({ source: name, kind: 'unusable', problem: message.problem });
      continue;
    }
    const flags = new Set(['\\Seen', ...('flags' in content ? content.flags : [])]);
    const placed = await outbox.place(message, [...flags]);
    switch (placed.kind) {
      case 'submitted':
        options.report({ source: name, kind: 'sent-before', uid: placed.uid });
        break;
      case 'unmarked':
        options.report({ source: name, ...placed });
        break;
      case 'refused':
        options.report({ source: name, kind: 'not-stored', text: placed.text });
        break;
      case 'pending':
        // The same message may have been given twice.
        batch.set(placed.uid, [...(batch.get(placed.uid) ?? []), name]);
        octets += message.octets.length;
    }
    if (batch.size >= BATCH || octets >= BATCH_OCTETS) await flush();
  }
  if (!options.stopped()) await flush();
}

/**
 * Sends messages that are in the mailbox.
 * @param again also those that are marked as sent
 */
export async function sendUids(
  outbox: Outbox,
  set: string,
  again: boolean,
  options: RunOptions,
): Promise<void> {
  const { submitted, others } = await outbox.look(set);
  const uids = again ? [...submitted, ...others].sort((a, b) => a - b) : others;
  if (!again) for (const uid of submitted) options.report({ source: `UID ${uid}`, kind: 'sent-before', uid });
  const found = new Set([...submitted, ...others]);
  for (const uid of set.split(',').map(Number)) {
    if (Number.isInteger(uid) && !found.has(uid)) options.report({ source: `UID ${uid}`, kind: 'gone', uid });
  }
  for (let at = 0; at < uids.length && !options.stopped(); at += BATCH) {
    const batch = new Map(uids.slice(at, at + BATCH).map((uid) => [uid, [`UID ${uid}`]] as const));
    await sendBatch(outbox, batch, new Set(), options);
  }
}

async function sendBatch(
  outbox: Outbox,
  batch: ReadonlyMap<number, readonly string[]>,
  own: ReadonlySet<number>,
  { report, onProgress }: RunOptions,
): Promise<void> {
  if (batch.size === 0) return;
  const uids = [...batch.keys()].sort((a, b) => a - b);
  const fates = await submit(outbox, uids, { own, ...(onProgress && { onProgress }) });
  for (const fate of fates) {
    for (const source of batch.get(fate.uid) ?? []) report({ source, ...fate });
  }
}
