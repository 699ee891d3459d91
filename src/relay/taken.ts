import type { TakenCommand } from '../gate/local-command.js';
import type { Answer } from '../imap/status.js';
import type { CommandSession, Seen, TakenCommandHandler } from './handler.js';

/** What a session lends to the command that was taken. */
export type TakenSession = Omit<CommandSession, 'signal'>;

/** Runs taken commands of one session, one after the other, and keeps track of whether their answers were seen. */
export class TakenCommands {
  readonly #handler: TakenCommandHandler;
  /** Made by the first command: most sessions have none, and to abort costs more than all else at their end. */
  #stop: AbortController | undefined;
  #stopped = false;
  #running = false;
  #unseen: ((seen: Seen) => void)[] = [];

  constructor(handler: TakenCommandHandler) {
    this.#handler = handler;
  }

  get running(): boolean {
    return this.#running;
  }

  /** No more is started; what is under way is finished. */
  stop(): void {
    this.#stopped = true;
    this.#stop?.abort();
  }

  /** Resolves with the tagged answer, always. `failed` hears of a fault of ours. */
  async run(command: TakenCommand, session: TakenSession, failed: (error: unknown) => void): Promise<Answer> {
    this.#running = true;
    this.#stop ??= new AbortController();
    if (this.#stopped) this.#stop.abort();
    try {
      const { answer, seen } = await this.#handler.run(command, { ...session, signal: this.#stop.signal });
      if (seen !== undefined) this.#unseen.push(seen);
      return answer;
    } catch (error) {
      failed(error);
      return {
        status: 'NO',
        code: 'SERVERBUG',
        text: `${command.name} failed inside the proxy, see its log`,
      };
    } finally {
      this.#running = false;
    }
  }

  /** The client showed that it saw the answers so far, or will not any more. */
  seen(seen: Seen): void {
    if (this.#unseen.length === 0) return;
    const unseen = this.#unseen;
    this.#unseen = [];
    for (const tell of unseen) tell(seen);
  }
}
