import { plainAddress } from '../ip-address.js';

/** What one client has: its IPv4 address, or the /64 network of its IPv6 address (RFC 6177 §2). */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [plain = ''] = plainAddress(address).split('%');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}
