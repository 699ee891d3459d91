/** Type-length-value fields by type; of several of one type, the last. Values are views of the header. */
export type Tlvs = ReadonlyMap<number, Buffer>;

const HEAD = 3;

/** The fields from `at` to the end. Undefined when they do not end there. */
export function readTlvs(octets: Buffer, at: number): Tlvs | undefined {
  const tlvs = new Map<number, Buffer>();
  for (let next = at; next < octets.length; ) {
    if (next + HEAD > octets.length) return undefined;
    const value = next + HEAD;
    const end = value + octets.readUInt16BE(next + 1);
    if (end > octets.length) return undefined;
    tlvs.set(octets[next] as number, octets.subarray(value, end));
    next = end;
  }
  return tlvs;
}

/** The longest name that is passed on: Dovecot reads no header of over 1500 octets. */
const MAX_TEXT = 255;

/** Nothing without a value, or for a text that is too long to be a name. */
export function buildTlv(type: number, given: string | Buffer | undefined): Buffer {
  const value = typeof given === 'string' ? Buffer.from(given) : given;
  if (value === undefined || (typeof given === 'string' && value.length > MAX_TEXT)) return Buffer.alloc(0);
  return Buffer.concat([Buffer.of(type, value.length >> 8, value.length & 0xff), value]);
}
