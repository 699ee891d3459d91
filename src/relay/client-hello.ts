/**
 * The name that a client asks for (SNI, RFC 6066 §3), read before OpenSSL is given the octets: which certificates there are
 * for a connection has to be settled before it exists. Node.js offers a callback, but what that chooses is added to the
 * certificates at hand, and a client that prefers another type of key is then shown one of the wrong name.
 */
export type AskedName =
  | { readonly kind: 'incomplete' }
  /** `name` in lower case; undefined when there is none, and for all that is no ClientHello: OpenSSL will say so. */
  | { readonly kind: 'complete'; readonly name: string | undefined };

/** Longer ones are left to OpenSSL unread. Post-quantum key shares make 2 KiB of it. */
const MAX_HELLO = 16 * 1024;

const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const HOST_NAME = 0;

const nothing: AskedName = { kind: 'complete', name: undefined };

/** @param octets all that the client sent so far */
export function readAskedName(octets: Buffer): AskedName {
  const message = joinRecords(octets);
  if (message === undefined || (message.length > 0 && message[0] !== CLIENT_HELLO)) return nothing;
  const length = message.length < 4 ? MAX_HELLO : message.readUIntBE(1, 3);
  if (message.length < 4 + length) {
    return octets.length < MAX_HELLO && message.length < MAX_HELLO ? { kind: 'incomplete' } : nothing;
  }
  return { kind: 'complete', name: nameIn(new Fields(message.subarray(4, 4 + length))) };
}

/** The handshake octets that are there, of one record or several (RFC 8446 §5.1); undefined if it is none. */
function joinRecords(octets: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; at < octets.length; ) {
    if (octets[at] !== HANDSHAKE_RECORD || (at + 1 < octets.length && octets[at + 1] !== 3)) return undefined;
    if (octets.length < at + 5) break;
    const end = at + 5 + octets.readUInt16BE(at + 3);
    parts.push(octets.subarray(at + 5, end));
    at = end;
  }
  return Buffer.concat(parts);
}

/** RFC 8446 §4.1.2 */
function nameIn(hello: Fields): string | undefined {
  hello.skip(2 + 32);
  hello.vector(1);
  hello.vector(2);
  hello.vector(1);
  const extensions = new Fields(hello.vector(2));
  while (extensions.left > 0) {
    const type = extensions.number(2);
    const body = extensions.vector(2);
    if (type === SERVER_NAME) return hostIn(new Fields(new Fields(body).vector(2)));
  }
  return undefined;
}

function hostIn(names: Fields): string | undefined {
  while (names.left > 0) {
    const type = names.number(1);
    const name = names.vector(2);
    if (type === HOST_NAME) return name.toString('latin1').toLowerCase();
  }
  return undefined;
}

/** Numbers and vectors one after the other. Past the end, numbers are 0 and vectors empty: a broken hello has no name. */
class Fields {
  #octets: Buffer;

  constructor(octets: Buffer) {
    this.#octets = octets;
  }

  get left(): number {
    return this.#octets.length;
  }

  skip(count: number): Buffer {
    const skipped = this.#octets.subarray(0, count);
    this.#octets = this.#octets.subarray(count);
    return skipped;
  }

  number(size: number): number {
    const octets = this.skip(size);
    return octets.length === size ? octets.readUIntBE(0, size) : 0;
  }

  /** @param size octets of the length in front of it */
  vector(size: number): Buffer {
    return this.skip(this.number(size));
  }
}
