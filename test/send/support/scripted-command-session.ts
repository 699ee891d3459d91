import type { Login } from '../../../src/credentials.js';
import { coverageOf } from '../../../src/imap/sequence-set.js';
import type { CommandSession, FetchListener, FetchRequest, FetchResult } from '../../../src/relay/handler.js';

export interface Stored {
  readonly uid: number;
  readonly octets: Buffer;
  /** RFC822.SIZE, when upstream has another idea of it. */
  readonly size?: number;
}

/** What happens instead of a FETCH, or around it; `answer` is how a server without faults answers it. */
export type Upstream = (
  request: FetchRequest,
  listener: FetchListener,
  answer: () => Promise<FetchResult>,
) => FetchResult | Promise<FetchResult>;

export interface SessionScript {
  readonly id?: string;
  readonly login?: Login | undefined;
  /** In the order of their sequence numbers; the test may change it. */
  readonly mailbox: readonly Stored[];
  readonly upstream?: Upstream;
  /** Told of each `LIST set`, `FETCH number` and line, in order. */
  readonly happened?: (what: string) => void;
}

const ANNA: Login = { user: 'anna@example.org', method: 'LOGIN' };

/** The session of one SEND, without sockets. Like the real one, it has room for one FETCH at a time. */
export class ScriptedCommandSession implements CommandSession {
  readonly id: string;
  readonly login: Login | undefined;
  /** Lines that the client got, without their line ends. */
  readonly lines: string[] = [];
  readonly #script: SessionScript;
  readonly #stop = new AbortController();
  #fetching = false;

  constructor(script: SessionScript) {
    this.id = script.id ?? 'session';
    this.login = 'login' in script ? script.login : ANNA;
    this.#script = script;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** The client is gone, or the proxy stops. */
  stop(): void {
    this.#stop.abort(new Error('the session is over'));
  }

  write(line: Buffer): void {
    const text = line.toString('latin1').replace(/\r\n$/, '');
    this.lines.push(text);
    this.#script.happened?.(text);
  }

  async fetch(request: FetchRequest, listener: FetchListener): Promise<FetchResult> {
    if (this.#fetching) throw new Error('two FETCH commands at once');
    this.#fetching = true;
    this.#script.happened?.(`${request.kind === 'BODY[]' ? 'FETCH' : 'LIST'} ${request.set}`);
    try {
      const answer = async () => this.#answer(request, listener);
      return await (this.#script.upstream?.(request, listener, answer) ?? answer());
    } finally {
      this.#fetching = false;
    }
  }

  #answer({ uid, set, kind }: FetchRequest, listener: FetchListener): FetchResult {
    const { mailbox } = this.#script;
    const covered = coverageOf(set);
    for (const [index, message] of mailbox.entries()) {
      const sequence = index + 1;
      if (!covered(uid ? message.uid : sequence)) continue;
      const { octets } = message;
      const head = { sequence, uid: message.uid, inlineBody: undefined };
      if (kind === 'RFC822.SIZE') {
        listener.fetched?.({ ...head, size: message.size ?? octets.length });
        continue;
      }
      giveBody(listener, sequence, octets);
      listener.fetched?.({ ...head, size: undefined });
    }
    return OK;
  }
}

export const OK: FetchResult = { kind: 'done', status: 'OK', text: 'FETCH completed' };

/** The literal of a FETCH response, in two pieces. */
export function giveBody(listener: FetchListener, sequence: number, octets: Buffer): void {
  listener.bodyStart?.(sequence, octets.length);
  const half = octets.length >> 1;
  for (const piece of [octets.subarray(0, half), octets.subarray(half)]) void listener.body?.(piece);
}
