import type { Leg } from '../relay/leg.js';

/** Octets that are kept of what a server says: no list is longer. */
const MAX_OCTETS = 64 * 1024;

/** Lines back and forth with upstream. Nothing is waited for longer than until the leg closes, or the signal says. */
export class ImapDialogue {
  readonly #leg: Leg;
  #received: string;
  #over = false;
  #wake = (): void => {};

  /** @param early what was read of it before */
  constructor(leg: Leg, early: Buffer, signal: AbortSignal) {
    this.#leg = leg;
    this.#received = early.toString('latin1');
    const end = (): void => {
      this.#over = true;
      this.#wake();
    };
    const chunk = (octets: Buffer): void => {
      if (this.#over) return;
      this.#received += octets.toString('latin1');
      if (this.#received.length > MAX_OCTETS) end();
      this.#wake();
    };
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    leg.listen({ chunk, ended: end, drained: () => {}, closed: end });
  }

  /** The next line without its end, or undefined when there is none any more. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#received.indexOf('\n');
      if (end >= 0) {
        const line = this.#received.slice(0, end).replace(/\r$/, '');
        this.#received = this.#received.slice(end + 1);
        return line;
      }
      if (this.#over) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  send(line: string): void {
    this.#leg.write(Buffer.from(`${line}\r\n`));
  }

  /** Lines up to the one that begins with `tag`, or with `+`; the last is missing when the connection is lost. */
  async until(tag: string): Promise<string[]> {
    const lines: string[] = [];
    for (let line = await this.line(); line !== undefined; line = await this.line()) {
      lines.push(line);
      if (line.startsWith(`${tag} `) || line.startsWith('+')) break;
    }
    return lines;
  }

  /** In order, so that nobody takes it for an attack. */
  leave(): void {
    this.send('C9 LOGOUT');
    this.#leg.destroySoon();
  }
}
