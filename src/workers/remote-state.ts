import type { Claim, Ledger } from '../ledger/ledger.js';
import { ClaimLostError } from '../ledger/store.js';
import type { ProxyState } from '../proxy-state.js';
import type { Answer, SharedState, ToPrimary } from './protocol.js';

/** The state of the primary, for a worker. */
export interface RemoteState extends ProxyState {
  /** To be told of every answer. */
  answered(answer: Answer): void;
  /** Nobody will answer any more. */
  disconnected(): void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export function createRemoteState(send: (message: ToPrimary) => void): RemoteState {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let connected = true;

  function call<Name extends keyof SharedState>(
    name: Name,
    ...args: Parameters<SharedState[Name]>
  ): Called<Name> {
    const call = ++calls;
    const answer = new Promise((resolve, reject) => {
      if (!connected) return reject(disconnected());
      waiting.set(call, { resolve, reject });
      send({ kind: 'call', call, name, args });
    });
    return { call, answer: answer as ReturnType<SharedState[Name]> };
  }

  /**
   * Waits for the answer even when it is aborted: the claim may be granted already, and one that nobody knows of would keep
   * the message from being sent by anybody.
   */
  async function claim(key: string, session: string, signal: AbortSignal): Promise<Claim> {
    signal.throwIfAborted();
    const { call: number, answer } = call('claim', key, session);
    const cancel = (): void => send({ kind: 'cancel', call: number });
    signal.addEventListener('abort', cancel);
    try {
      return await answer;
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  const ledger: Ledger = {
    claim,
    handover: (...args) => call('handover', ...args).answer,
    settle: (...args) => call('settle', ...args).answer,
    release: (...args) => call('release', ...args).answer,
    acknowledge: (...args) => call('acknowledge', ...args).answer,
    abandon: (...args) => call('abandon', ...args).answer,
    close: async () => {},
  };
  return {
    ledger,
    rates: {
      reserve: (...args) => call('reserve', ...args).answer,
      refund: (...args) => call('refund', ...args).answer,
    },
    // The primary counts.
    setRates: () => {},
    close: async () => {},
    answered(answer) {
      const asked = waiting.get(answer.call);
      waiting.delete(answer.call);
      if (answer.ok) asked?.resolve(answer.value);
      else asked?.reject(answer.code === 'CLAIM_LOST' ? new ClaimLostError() : new Error(answer.text));
    },
    disconnected() {
      connected = false;
      for (const { reject } of waiting.values()) reject(disconnected());
      waiting.clear();
    },
  };
}

interface Called<Name extends keyof SharedState> {
  readonly call: number;
  readonly answer: ReturnType<SharedState[Name]>;
}

const disconnected = () => new Error('workers: the primary process is gone');
