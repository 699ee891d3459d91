import { formatIp, type IpAddress, parseIp } from '../ip-address.js';
import type { ProxiedConnection } from './header.js';

/** `line` with its LF. */
export function readV1(line: string): ProxiedConnection | 'unknown' | 'malformed' {
  // Whatever else the line says then is not to be looked at (§2.1).
  if (/^PROXY UNKNOWN(?: [^\r]*)?\r\n$/.test(line)) return 'unknown';
  const [, family, from = '', to = '', ...ports] =
    /^PROXY TCP([46]) (\S+) (\S+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})\r\n$/.exec(line) ?? [];
  const [source, destination] = [readAddress(from, family), readAddress(to, family)];
  const [sourcePort = 0, destinationPort = 0] = ports.map(Number);
  if (source === undefined || destination === undefined) return 'malformed';
  if (sourcePort > 65535 || destinationPort > 65535) return 'malformed';
  return {
    source: { ip: source, port: sourcePort },
    destination: { ip: destination, port: destinationPort },
  };
}

const readAddress = (text: string, family: string | undefined): IpAddress | undefined =>
  text.includes(':') === (family === '6') ? parseIp(text) : undefined;

export function buildV1(connection: ProxiedConnection | undefined): Buffer {
  if (connection === undefined) return Buffer.from('PROXY UNKNOWN\r\n');
  const { source, destination } = connection;
  const isIpv4 = source.ip.length === 4 && destination.ip.length === 4;
  const text = (ip: IpAddress): string =>
    isIpv4 || ip.length === 16 ? formatIp(ip) : `::ffff:${formatIp(ip)}`;
  const addresses = `${text(source.ip)} ${text(destination.ip)}`;
  return Buffer.from(
    `PROXY TCP${isIpv4 ? 4 : 6} ${addresses} ${source.port} ${destination.port}\r\n`,
    'latin1',
  );
}
