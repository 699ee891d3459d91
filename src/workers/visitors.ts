import net from 'node:net';
import type { Serving } from '../proxy-serving.js';
import { type Dismissal, Visit } from '../relay/visit.js';
import type { Handover, ToPrimary } from './protocol.js';

/** The clients of a worker, by the numbers that the primary gave them. */
export class Visitors {
  readonly #serving: Serving;
  readonly #send: (message: ToPrimary) => void;
  readonly #visits = new Map<number, Visit>();
  readonly #loggedIn = new Set<number>();
  #last = 0;

  constructor(serving: Serving, send: (message: ToPrimary) => void) {
    this.#serving = serving;
    this.#send = send;
  }

  /** @param handle the connection, below `net.Socket`. */
  serve({ visit: number, listener: index, url, client, early }: Handover, handle: unknown): void {
    // Out of descriptors, Node.js drops the message together with its connection: only a number is left out.
    while (++this.#last < number) this.#send({ kind: 'gone', visit: this.#last });
    const gone = (): void => {
      this.#visits.delete(number);
      this.#loggedIn.delete(number);
      this.#send({ kind: 'gone', visit: number });
    };
    const listener = this.#serving.listeners[index];
    if (handle === undefined || listener === undefined) {
      gone();
      return;
    }
    // As the listener of the primary made it: not read yet.
    const options = { handle, allowHalfOpen: true, pauseOnCreate: true };
    const socket = new net.Socket(options as net.SocketConstructorOpts).on('error', () => {});
    if (early !== undefined) socket.unshift(early);
    const visit = new Visit(client.address);
    this.#visits.set(number, visit);
    const authenticated = (is: boolean): void => {
      if (is) this.#loggedIn.add(number);
      else this.#loggedIn.delete(number);
      this.#send({ kind: 'authenticated', visit: number, is });
    };
    void this.#serving.relay.serve({ socket, listener, url, client, visit, authenticated }).then(gone);
  }

  /** Nobody who has logged in is displaced, also not one of whom the primary has not heard so yet. */
  displace(number: number, dismissal: Dismissal): void {
    if (!this.#loggedIn.has(number)) this.#visits.get(number)?.makeRoom(dismissal);
  }
}
