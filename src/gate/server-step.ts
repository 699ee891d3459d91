import type { Login } from '../credentials.js';
import type { TaggedStatus } from '../imap/response.js';
import type { FetchedMessage } from './own-fetch.js';
import type { Violation } from './violation.js';

/** What to do with `chunk[offset, end)` from the server. */
export type ServerStep =
  | { readonly do: 'forward'; readonly end: number; readonly event?: ServerEvent }
  /** The client gets `bytes` instead. */
  | { readonly do: 'replace'; readonly end: number; readonly bytes: Buffer; readonly event?: ServerEvent }
  /** Octets of the message that our FETCH asked for. */
  | { readonly do: 'body'; readonly end: number }
  /** The rest of the chunk is undecided: call again with more octets behind it. */
  | { readonly do: 'more' }
  | { readonly do: 'fail'; readonly violation: Violation };

/** What a response means beside its octets. */
export type ServerEvent =
  /** `login` is absent when it cannot be said who that is. */
  | { readonly kind: 'login'; readonly method: string; readonly login: Login | undefined }
  | {
      readonly kind: 'login-failed';
      readonly method: string;
      readonly login: Login | undefined;
      /** Upstream's words, from the status on; the status alone when there are too many. */
      readonly reply: string;
    }
  | { readonly kind: 'unauthenticated' }
  | { readonly kind: 'expunge'; readonly sequence: number }
  | { readonly kind: 'vanished'; readonly uids: string }
  /** A body of `size` octets follows. */
  | { readonly kind: 'body-start'; readonly sequence: number; readonly size: number }
  | { readonly kind: 'fetched'; readonly message: FetchedMessage }
  /** Our FETCH is over; `text` is the rest of the line behind the status. */
  | { readonly kind: 'fetch-done'; readonly status: TaggedStatus; readonly text: string };
