import type { WriteStream } from 'node:tty';

const WIDTH = 24;
const ERASE_LINE = '\r\x1b[K';

/** How far the work is. */
export interface Position {
  /** 0 to 1. */
  readonly fraction: number;
  readonly text: string;
}

/** One line at the bottom of a terminal, which lines of output go above. */
export class ProgressBar {
  readonly #terminal: WriteStream;
  #shown = '';

  constructor(terminal: WriteStream) {
    this.#terminal = terminal;
  }

  show(position: Position): void {
    this.#shown = drawn(position, this.#terminal.columns);
    this.#terminal.write(`${ERASE_LINE}${this.#shown}`);
  }

  /** Runs what writes to the same terminal. */
  aside(write: () => void): void {
    if (this.#shown !== '') this.#terminal.write(ERASE_LINE);
    write();
    if (this.#shown !== '') this.#terminal.write(this.#shown);
  }

  end(): void {
    if (this.#shown !== '') this.#terminal.write(ERASE_LINE);
    this.#shown = '';
  }
}

/** Never wider than the terminal: a line that wraps cannot be taken back. */
export function drawn({ fraction, text }: Position, columns = 80): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * WIDTH);
  return `[${'#'.repeat(full)}${' '.repeat(WIDTH - full)}] ${text}`.slice(0, Math.max(0, columns - 1));
}
