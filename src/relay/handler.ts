import type { Login } from '../credentials.js';
import type { TakenCommand } from '../gate/local-command.js';
import type { FetchedMessage, OwnFetchKind } from '../gate/own-fetch.js';
import type { Answer } from '../imap/status.js';

/** Carries out the commands that the gate takes. The relay declares it and knows nothing of what is done. */
export interface TakenCommandHandler {
  /** Resolves with the tagged answer. A rejection is a fault of ours: the client gets NO [SERVERBUG]. */
  run(command: TakenCommand, session: CommandSession): Promise<TakenResult>;
}

export interface TakenResult {
  readonly answer: Answer;
  /** Told once. */
  readonly seen?: (seen: Seen) => void;
}

/** What is known of whether the client saw an answer. */
export type Seen =
  /** It went on with the next command. */
  | 'yes'
  /** It closed its connection in order after the answer was written. */
  | 'perhaps'
  /** The connection failed, or ended before that. */
  | 'no';

/** What a taken command may do with its session. */
export interface CommandSession {
  readonly id: string;
  readonly login: Login | undefined;
  /** Aborted when the client is gone or the proxy stops: what is under way is finished, nothing more is started. */
  readonly signal: AbortSignal;
  /** `FETCH set (UID RFC822.SIZE)` or `FETCH set (UID BODY.PEEK[])` upstream; one at a time. */
  fetch(request: FetchRequest, listener: FetchListener): Promise<FetchResult>;
  /** Writes a line of our own to the client, at the next place between two responses. */
  write(line: Buffer): void;
}

export interface FetchRequest {
  /** UID FETCH: the set names UIDs. */
  readonly uid: boolean;
  readonly set: string;
  readonly kind: OwnFetchKind;
}

/** Hears what upstream answers. `VANISHED` and `EXPUNGE` are passed to the client as well. */
export interface FetchListener {
  fetched?(message: FetchedMessage): void;
  bodyStart?(sequence: number, size: number): void;
  /** Octets of the body, valid during the call. Upstream is not read while a returned promise is pending. */
  body?(octets: Buffer): Promise<void> | undefined;
  expunged?(sequence: number): void;
  vanished?(uids: string): void;
}

export type FetchResult =
  | {
      readonly kind: 'done';
      readonly status: 'OK' | 'NO' | 'BAD';
      /** Upstream's words behind the status. */
      readonly text: string;
    }
  /** The connection to upstream ended first. */
  | { readonly kind: 'lost' };
