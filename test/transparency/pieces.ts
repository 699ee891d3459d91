import { setImmediate as nextTurn } from 'node:timers/promises';

/** Odd lengths, so that line ends, literal marks and tags are cut everywhere over a few commands. */
const LENGTHS = [1, 2, 1, 7, 3, 1, 31, 5, 1, 2, 257];

/** Hands `octets` over in small pieces, each in a turn of the event loop of its own, so that they leave as segments. */
export async function inPieces(octets: Buffer, write: (piece: Buffer) => void): Promise<void> {
  let at = 0;
  for (let count = 0; at < octets.length; count++) {
    const end = at + (LENGTHS[count % LENGTHS.length] as number);
    write(octets.subarray(at, end));
    at = end;
    await nextTurn();
  }
}
