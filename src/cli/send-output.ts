import type { WriteStream } from 'node:tty';
import type { Item } from '../client/send-run.js';
import { clean } from '../log/clean.js';
import { ProgressBar } from './progress-bar.js';
import { type Broken, lineFor, NOTHING, objectFor, summary, type Tally } from './send-report.js';

/** Lines or objects on standard output, and on a terminal a bar on standard error. */
export class SendOutput {
  readonly #json: boolean;
  readonly #out: NodeJS.WritableStream;
  readonly #terminal: WriteStream;
  readonly #bar: ProgressBar | undefined;
  #tally: Tally = NOTHING;
  #mailbox = '';
  #fraction = 0;

  constructor(json: boolean, out: NodeJS.WritableStream, terminal: WriteStream) {
    this.#json = json;
    this.#out = out;
    this.#terminal = terminal;
    this.#bar = terminal.isTTY && !json ? new ProgressBar(terminal) : undefined;
  }

  get tally(): Tally {
    return this.#tally;
  }

  /** The mailbox that the messages are in. */
  begin(mailbox: string): void {
    this.#mailbox = mailbox;
  }

  /** The file that comes next, and the part of all files before it, 0 to 1. */
  reading(name: string, fraction: number): void {
    this.#fraction = fraction;
    this.#bar?.show({ fraction, text: `${this.#done} done, reading ${clean(name)}` });
  }

  /** Messages of the SEND that is under way. */
  sending(done: number, total: number | undefined): void {
    const of = total === undefined ? '' : ` of ${total}`;
    this.#bar?.show({ fraction: this.#fraction, text: `${this.#done} done, sending ${done}${of}` });
  }

  report(item: Item): void {
    this.#tally = { ...this.#tally, [item.kind]: this.#tally[item.kind] + 1 };
    this.#write(this.#json ? JSON.stringify(objectFor(item, this.#mailbox)) : lineFor(item, this.#mailbox));
  }

  stopping(signal: NodeJS.Signals): void {
    const line = `${signal}: stopping when the messages under way are done; once more stops at once\n`;
    this.#aside(() => this.#terminal.write(line));
  }

  /** The last line or object. */
  finish(code: number, broken: Broken | undefined): void {
    this.#bar?.end();
    const end = { done: true, exitCode: code, counts: this.#tally, ...(broken && { error: broken.text }) };
    this.#write(this.#json ? JSON.stringify(end) : summary(this.#tally, broken));
  }

  get #done(): number {
    return Object.values(this.#tally).reduce((sum, count) => sum + count, 0);
  }

  #write(line: string): void {
    this.#aside(() => this.#out.write(`${line}\n`));
  }

  #aside(write: () => void): void {
    if (this.#bar === undefined) write();
    else this.#bar.aside(write);
  }
}
