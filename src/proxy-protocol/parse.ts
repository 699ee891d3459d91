import { type HeaderRead, invalid, MAX_V1_HEADER, MORE, V1_START, V2_SIGNATURE } from './header.js';
import { readV1 } from './v1.js';
import { readV2 } from './v2.js';

/** Reads the header that a connection begins with. Strict: what does not match exactly is refused (§2). */
export function readHeader(octets: Buffer): HeaderRead {
  if (begins(octets, V2_SIGNATURE)) return octets.length < V2_SIGNATURE.length ? MORE : readV2(octets);
  if (!begins(octets, V1_START)) return invalid('not-proxy-protocol');
  const lf = octets.subarray(0, MAX_V1_HEADER).indexOf(10);
  if (lf < 0) return octets.length < MAX_V1_HEADER ? MORE : invalid('too-long');
  const proxied = readV1(octets.toString('latin1', 0, lf + 1));
  return proxied === 'malformed'
    ? invalid('malformed')
    : { kind: 'header', length: lf + 1, proxied: proxied === 'unknown' ? undefined : proxied };
}

/** As far as they are there. */
function begins(octets: Buffer, start: Uint8Array): boolean {
  const length = Math.min(octets.length, start.length);
  return octets.subarray(0, length).equals(start.subarray(0, length));
}
