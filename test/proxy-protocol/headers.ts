import { crc32c } from '../../src/proxy-protocol/crc32c.js';
import { buildTlv } from '../../src/proxy-protocol/tlv.js';

/** Headers written out octet by octet, so that nothing here depends on what is tested. */

export const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

/** Version 2. `command` is the 13th octet, `family` the 14th. */
export function v2(command: number, family: number, ...parts: readonly Uint8Array[]): Buffer {
  const rest = Buffer.concat(parts);
  return Buffer.concat([SIGNATURE, Buffer.of(command, family, rest.length >> 8, rest.length & 0xff), rest]);
}

/** 192.0.2.66 port 40000 to 203.0.113.7 port 993. */
export const IPV4 = Buffer.from('c0000242cb0071079c4003e1', 'hex');
/** 2001:db8::66 port 40000 to 2001:db8::7 port 993. */
export const IPV6 = Buffer.from(
  '20010db800000000000000000000006620010db80000000000000000000000079c4003e1',
  'hex',
);

export const tlv = (type: number, value: string | Buffer): Buffer => buildTlv(type, Buffer.from(value));

/** PP2_TYPE_SSL: a client on TLS 1.3, with or without a certificate that was verified. */
export const ssl = (commonName?: string): Buffer =>
  tlv(
    0x20,
    Buffer.concat([
      Buffer.of(commonName === undefined ? 1 : 3, 0, 0, 0, commonName === undefined ? 1 : 0),
      tlv(0x21, 'TLSv1.3'),
      ...(commonName === undefined ? [] : [tlv(0x22, commonName)]),
      tlv(0x23, 'TLS_AES_256_GCM_SHA384'),
    ]),
  );

/** The header with a checksum behind it, which is wrong by `error`. */
export function withChecksum(header: Buffer, error = 0): Buffer {
  const longer = Buffer.concat([header, tlv(3, Buffer.alloc(4))]);
  longer.writeUInt16BE(longer.length - 16, 14);
  const value = (crc32c(longer) ^ error) >>> 0;
  longer.writeUInt32BE(value, longer.length - 4);
  return longer;
}
