import type { IpAddress } from '../ip-address.js';

/**
 * The PROXY protocol, versions 1 and 2: a header before all else on a connection, which says whose connection it carries
 * on. Specification: doc/proxy-protocol.txt of HAProxy.
 */
export interface ProxiedConnection {
  /** The client. */
  readonly source: SocketAddress;
  /** Where it connected to. */
  readonly destination: SocketAddress;
  /** The client's TLS connection, which ended at the sender. Version 2 alone can say so. */
  readonly tls?: ProxiedTls;
}

export interface SocketAddress {
  readonly ip: IpAddress;
  readonly port: number;
}

/** Texts are as OpenSSL has them: `TLSv1.3`, `TLS_AES_256_GCM_SHA384`. */
export interface ProxiedTls {
  readonly version?: string | undefined;
  readonly cipher?: string | undefined;
  /** The name that the client asked for (SNI). */
  readonly serverName?: string | undefined;
  /** Of the client's certificate, if it has shown one and that was verified. */
  readonly commonName?: string | undefined;
}

/** What is wrong with a header, in a word. */
export type HeaderFault = 'not-proxy-protocol' | 'too-long' | 'malformed' | 'not-tcp' | 'bad-checksum';

export type HeaderRead =
  /** Not decided yet: ask again with more octets behind. */
  | { readonly kind: 'more' }
  | { readonly kind: 'invalid'; readonly cause: HeaderFault }
  /** `length` octets; without `proxied`, the connection is the sender's own, such as a health check. */
  | { readonly kind: 'header'; readonly length: number; readonly proxied: ProxiedConnection | undefined };

export const MORE: HeaderRead = { kind: 'more' };
export const invalid = (cause: HeaderFault): HeaderRead => ({ kind: 'invalid', cause });

/** Version 1: the longest line there can be, with its CRLF (§2.1). */
export const MAX_V1_HEADER = 107;

/** Version 2: far more than all that is in use needs, of 64 KiB that its length can say. */
export const MAX_V2_HEADER = 4096;

/** Octets of version 2 before addresses. */
export const V2_FIXED = 16;

export const V1_START = Uint8Array.from('PROXY ', (letter) => letter.charCodeAt(0));
export const V2_SIGNATURE = Uint8Array.of(13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10);

export const Command = { local: 0x20, proxy: 0x21 } as const;
export const Family = { unspecified: 0, inet: 1, inet6: 2, unix: 3 } as const;
export const STREAM = 1;

/** Types of what may follow the addresses (§2.2). */
export const Tlv = {
  authority: 0x02,
  crc32c: 0x03,
  ssl: 0x20,
  sslVersion: 0x21,
  sslCommonName: 0x22,
  sslCipher: 0x23,
} as const;

/** Bits of the first octet of `Tlv.ssl`. */
export const Client = { ssl: 0x01, certificate: 0x02 } as const;
