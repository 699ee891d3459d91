import { inIpv6, ipAddress } from '../ip-address.js';
import { crc32c } from './crc32c.js';
import {
  Client,
  Command,
  Family,
  type HeaderRead,
  invalid,
  MAX_V2_HEADER,
  MORE,
  type ProxiedConnection,
  type ProxiedTls,
  STREAM,
  Tlv,
  V2_FIXED,
  V2_SIGNATURE,
} from './header.js';
import { buildTlv, readTlvs, type Tlvs } from './tlv.js';

/** `octets` begin with the signature. */
export function readV2(octets: Buffer): HeaderRead {
  if (octets.length < V2_FIXED) return MORE;
  const length = V2_FIXED + octets.readUInt16BE(14);
  if (length > MAX_V2_HEADER) return invalid('too-long');
  if (octets.length < length) return MORE;
  const header = octets.subarray(0, length);
  const command = header[12];
  // The rest of the header is not to be looked at, not even the family (§2.2).
  if (command === Command.local) return { kind: 'header', length, proxied: undefined };
  if (command !== Command.proxy) return invalid('malformed');

  const [family, transport] = [(header[13] as number) >> 4, (header[13] as number) & 0x0f];
  if (family > Family.unix || transport > 2) return invalid('malformed');
  if (family === Family.unspecified) return { kind: 'header', length, proxied: undefined };
  if (transport !== STREAM) return invalid('not-tcp');
  const width = family === Family.inet ? 4 : family === Family.inet6 ? 16 : 108;
  const ports = V2_FIXED + 2 * width;
  const tlvsAt = family === Family.unix ? ports : ports + 4;
  if (length < tlvsAt) return invalid('malformed');
  const tlvs = readTlvs(header, tlvsAt);
  if (tlvs === undefined) return invalid('malformed');
  if (!checksumFits(header, tlvs)) return invalid('bad-checksum');
  if (family === Family.unix) return { kind: 'header', length, proxied: undefined };
  const tls = readTls(tlvs);
  if (tls === 'malformed') return invalid('malformed');
  const endpoint = (at: number, port: number) => ({
    ip: ipAddress(header.subarray(at, at + width)),
    port: header.readUInt16BE(port),
  });
  const source = endpoint(V2_FIXED, ports);
  const destination = endpoint(V2_FIXED + width, ports + 2);
  return { kind: 'header', length, proxied: { source, destination, ...(tls && { tls }) } };
}

/** The checksum is of the header with zeros for the checksum (§2.2.3). */
function checksumFits(header: Buffer, tlvs: Tlvs): boolean {
  const checksum = tlvs.get(Tlv.crc32c);
  if (checksum === undefined) return true;
  if (checksum.length !== 4) return false;
  const zeroed = Buffer.from(header);
  zeroed.fill(0, checksum.byteOffset - header.byteOffset, checksum.byteOffset - header.byteOffset + 4);
  return checksum.readUInt32BE() === crc32c(zeroed);
}

function readTls(tlvs: Tlvs): ProxiedTls | undefined | 'malformed' {
  const ssl = tlvs.get(Tlv.ssl);
  if (ssl === undefined) return undefined;
  const details = ssl.length < 5 ? undefined : readTlvs(ssl, 5);
  if (details === undefined) return 'malformed';
  if (((ssl[0] as number) & Client.ssl) === 0) return undefined;
  const verified = ssl.readUInt32BE(1) === 0;
  return {
    version: details.get(Tlv.sslVersion)?.toString(),
    cipher: details.get(Tlv.sslCipher)?.toString(),
    serverName: tlvs.get(Tlv.authority)?.toString(),
    commonName: verified ? details.get(Tlv.sslCommonName)?.toString() : undefined,
  };
}

export function buildV2(connection: ProxiedConnection | undefined): Buffer {
  if (connection === undefined) return assemble(Family.unspecified << 4, []);
  const { source, destination, tls } = connection;
  const isIpv4 = source.ip.length === 4 && destination.ip.length === 4;
  const addresses = [source.ip, destination.ip].map((ip) => (isIpv4 ? ip : inIpv6(ip)));
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(source.port, 0);
  ports.writeUInt16BE(destination.port, 2);
  const family = isIpv4 ? Family.inet : Family.inet6;
  return assemble((family << 4) | STREAM, [...addresses, ports, ...(tls ? buildTls(tls) : [])]);
}

function assemble(family: number, parts: readonly Uint8Array[]): Buffer {
  const rest = Buffer.concat(parts);
  const fixed = Buffer.of(...V2_SIGNATURE, Command.proxy, family, rest.length >> 8, rest.length & 0xff);
  return Buffer.concat([fixed, rest]);
}

/** As HAProxy sends it with `send-proxy-v2-ssl-cn`: anything but 0 for "verified" where there is no certificate. */
function buildTls({ version, cipher, serverName, commonName }: ProxiedTls): Buffer[] {
  const certificate = commonName !== undefined;
  const details = [
    Buffer.of(Client.ssl | (certificate ? Client.certificate : 0), 0, 0, 0, certificate ? 0 : 1),
    buildTlv(Tlv.sslVersion, version),
    buildTlv(Tlv.sslCommonName, commonName),
    buildTlv(Tlv.sslCipher, cipher),
  ];
  return [buildTlv(Tlv.authority, serverName), buildTlv(Tlv.ssl, Buffer.concat(details))];
}
