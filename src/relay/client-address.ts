import { formatIp, parseEnd } from '../ip-address.js';

/** What one client has: its IPv4 address, or the /64 network of its IPv6 address (RFC 6177 §2). */
export function networkOf(address: string): string {
  // Every connection asks, and mostly for one of IPv4.
  const ip = address.includes(':') ? parseEnd(address) : undefined;
  if (ip === undefined) return address;
  return ip.length === 4 ? formatIp(ip) : `${formatIp(ip.fill(0, 8))}/64`;
}
