import type { Ledger } from '../ledger/ledger.js';

/**
 * Tells the ledger which answers clients saw. A session's next SEND has to wait until that is done: a message that is
 * sent again on purpose must not meet its own record.
 */
export class Acknowledgements {
  readonly #ledger: Ledger;
  readonly #failed: (session: string, error: unknown) => void;
  readonly #telling = new Map<string, Promise<void>>();

  constructor(ledger: Ledger, failed: (session: string, error: unknown) => void) {
    this.#ledger = ledger;
    this.#failed = failed;
  }

  /** Resolves when what was told in this session has arrived, or failed. */
  async arrived(session: string): Promise<void> {
    await this.#telling.get(session);
  }

  tell(session: string, keys: readonly string[], seen: boolean): void {
    const ledger = this.#ledger;
    const told = keys.map(async (key) => {
      try {
        await (seen ? ledger.acknowledge(key, session) : ledger.abandon(key, session));
      } catch (error) {
        this.#failed(session, error);
      }
    });
    const telling = Promise.all([this.#telling.get(session), ...told]).then(() => {
      if (this.#telling.get(session) === telling) this.#telling.delete(session);
    });
    this.#telling.set(session, telling);
  }
}
