import { connect, type Socket } from 'node:net';

/** A program of Mozilla's, led by its remote protocol: https://firefox-source-docs.mozilla.org/testing/marionette/ */
export class Marionette {
  readonly #socket: Socket;
  readonly #messages: AsyncGenerator<unknown, undefined>;
  #commands = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#messages = messages(socket);
  }

  /** Opens a session in which scripts may do all that the program can do itself. */
  static async start(port: number): Promise<Marionette> {
    const marionette = new Marionette(connect(port, '127.0.0.1'));
    // The first message names the protocol.
    await marionette.#messages.next();
    await marionette.#command('WebDriver:NewSession', { timeouts: { script: 60_000 } });
    await marionette.#command('Marionette:SetContext', { value: 'chrome' });
    return marionette;
  }

  /** Runs the body of an async function with these arguments, and gives what it returns. */
  async run(body: string, ...args: readonly unknown[]): Promise<unknown> {
    const script = `return (async (...args) => {${body}})(...arguments);`;
    const result = await this.#command('WebDriver:ExecuteScript', { script, args, sandbox: 'system' });
    return (result as { value: unknown }).value;
  }

  /** Has the program end itself, as its user would. */
  async quit(): Promise<void> {
    await this.#command('Marionette:Quit', { flags: ['eForceQuit'] });
    this.close();
  }

  close(): void {
    this.#socket.destroy();
  }

  async #command(name: string, parameters: object): Promise<unknown> {
    const message = JSON.stringify([0, ++this.#commands, name, parameters]);
    this.#socket.write(`${Buffer.byteLength(message)}:${message}`);
    const { value } = await this.#messages.next();
    if (value === undefined) throw new Error(`${name}: the connection was closed`);
    const [, , error, result] = value as [
      number,
      number,
      { message: string; stacktrace: string } | null,
      unknown,
    ];
    if (error !== null) throw new Error(`${name}: ${error.message}\n${error.stacktrace}`);
    return result;
  }
}

/** Each message is JSON behind the number of its octets and a colon. */
async function* messages(socket: Socket): AsyncGenerator<unknown, undefined> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    for (;;) {
      const start = received.indexOf(':') + 1;
      const end = start + Number(received.toString('latin1', 0, start - 1));
      if (start === 0 || received.length < end) break;
      yield JSON.parse(received.toString('utf8', start, end));
      received = received.subarray(end);
    }
  }
  return undefined;
}
