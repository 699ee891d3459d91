import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseSenderMap, type SenderMap } from './sender-map-file.js';
import { ownerOf, refuseUnless, type SenderPolicy } from './sender-policy.js';

/** What is not in the map may not send. */
export function senderMapPolicy(map: () => SenderMap, defaultDomain: string | undefined): SenderPolicy {
  return (login, senders) => {
    const grants = map().get(ownerOf(login, defaultDomain)) ?? [];
    return refuseUnless(
      senders,
      (address) => grants.includes(address) || grants.includes(address.slice(address.lastIndexOf('@'))),
    );
  };
}

export interface WatchedSenderMap {
  readonly policy: SenderPolicy;
  /** Now, rather than some time soon. */
  look(): void;
  close(): void;
}

/** Milliseconds between looks at the file. */
const LOOK_MS = 2_000;

/**
 * The policy of a file, which is read again when it changes. What cannot be read then leaves the last good map in force.
 * Throws when it cannot be read now, unless it may be `absent` as yet: nobody may send then.
 */
export function watchSenderMap(
  file: string,
  defaultDomain: string | undefined,
  reread: (result: { readonly logins: number } | { readonly cause: string }) => void,
  { lookMs = LOOK_MS, absent = false }: { readonly lookMs?: number; readonly absent?: boolean } = {},
): WatchedSenderMap {
  const understand = (text: string): SenderMap => {
    const parsed = parseSenderMap(text, defaultDomain);
    if (!parsed.ok) throw new Error(`${file} line ${parsed.line}: expected ${parsed.expected}`);
    return parsed.map;
  };
  /** Undefined while the file cannot be read. */
  let known = absent ? undefined : readFileSync(file, 'utf8');
  let map = known === undefined ? new Map() : understand(known);
  let closed = false;
  let state: 'still' | 'reading' | 'out of date' = 'still';

  // One at a time: a read that hangs must not let others pile up behind it, nor its old text come after theirs.
  async function look(): Promise<void> {
    if (state !== 'still') {
      state = 'out of date';
      return;
    }
    for (let last = false; !last; last = isLast()) {
      state = 'reading';
      await read();
    }
    state = 'still';
  }
  const isLast = (): boolean => state === 'reading';

  // Its content is compared: what else changes, and when, depends on how it was replaced, and on the file system.
  async function read(): Promise<void> {
    const text = await readFile(file, 'utf8').catch((error: Error) => error);
    const readable = typeof text === 'string' ? text : undefined;
    if (closed || readable === known) return;
    known = readable;
    try {
      if (typeof text !== 'string') throw text;
      map = understand(text);
      reread({ logins: map.size });
    } catch (error) {
      reread({ cause: (error as Error).message });
    }
  }

  const timer = setInterval(look, lookMs).unref();
  const close = (): void => {
    closed = true;
    clearInterval(timer);
  };
  return { policy: senderMapPolicy(() => map, defaultDomain), look: () => void look(), close };
}
