import { connect } from '../client/connect.js';
import { appendAndSend, offersSend, SendNotOfferedError } from '../client/index.js';
import { sentMailbox } from '../client/sent-mailbox.js';
import type { Environment, NamedAccount } from './accounts.js';
import { loginOf } from './login.js';
import { type Outcome, outcomeOf, outcomeOfError } from './outcome.js';

/** Delivers messages over one account, over sessions that are made for the first and serve those after it. */
export class Delivery {
  readonly #account: NamedAccount;
  readonly #environment: Environment;
  #sessions: Sessions | undefined;
  /** Why there is no session: waiting for the same again, once for each message, would help nobody. */
  #closed: Outcome | undefined;

  constructor(account: NamedAccount, environment: Environment) {
    this.#account = account;
    this.#environment = environment;
  }

  /** Sends nothing twice, however often it is called with the same octets, in whichever process. */
  async deliver(octets: Buffer): Promise<Outcome> {
    if (this.#closed !== undefined) return this.#closed;
    try {
      this.#sessions ??= await open(this.#account, this.#environment);
    } catch (error) {
      this.#closed = outcomeOfError(error);
      return this.#closed;
    }
    const { client, marks, mailbox } = this.#sessions;
    try {
      return outcomeOf(await appendAndSend(client, mailbox, octets, { marks }), mailbox);
    } catch (error) {
      close(this.#sessions);
      this.#sessions = undefined;
      return outcomeOfError(error);
    }
  }

  /** Only now the server is told that its last answer was seen. */
  async end(): Promise<void> {
    if (this.#sessions === undefined) return;
    const { client, marks } = this.#sessions;
    await Promise.allSettled([client.logout(), marks.logout()]);
    close(this.#sessions);
    this.#sessions = undefined;
  }
}

type Sessions = Awaited<ReturnType<typeof open>>;

/** Two, because what was sent has to be written down before the one that sent it says anything more. */
async function open(account: NamedAccount, environment: Environment) {
  const login = loginOf(account, environment);
  const client = await connect(login);
  try {
    if (!offersSend(client)) throw new SendNotOfferedError();
    const mailbox = account.entry.mailbox ?? (await sentMailbox(client));
    return { client, marks: await connect(login), mailbox };
  } catch (error) {
    client.close();
    throw error;
  }
}

function close({ client, marks }: Sessions): void {
  client.close();
  marks.close();
}
