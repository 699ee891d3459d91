import { randomFillSync } from 'node:crypto';

/** Octets of a name, 8 characters: nobody meets the same twice in the logs of all instances. */
const SIZE = 6;

/** Of many names at once: to ask for the octets takes longer than to make them. */
const pool = Buffer.alloc(256 * SIZE);
let used = pool.length;

/** A name for a session, unique over all instances. */
export function sessionId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += SIZE;
  return pool.toString('base64url', used - SIZE, used);
}
