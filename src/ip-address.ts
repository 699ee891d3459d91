/** An IP address: 4 or 16 octets. An IPv4 address never comes in its IPv6 form (RFC 4291 §2.5.5.2). */
export type IpAddress = Uint8Array;

/** All addresses that begin with the first `prefix` bits of `address`. */
export interface Network {
  readonly address: IpAddress;
  readonly prefix: number;
}

const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** The address that 4 or 16 octets stand for. */
export function ipAddress(octets: Uint8Array): IpAddress {
  const mapped = octets.length === 16 && MAPPED.every((octet, at) => octets[at] === octet);
  return Uint8Array.from(octets.subarray(mapped ? MAPPED.length : 0));
}

/** The 16 octets of an address in its IPv6 form. */
export const inIpv6 = (address: IpAddress): Uint8Array =>
  address.length === 16 ? address : Uint8Array.of(...MAPPED, ...address);

/** The address of a connection's end as the system calls it, which may have a zone (RFC 4007 §11). */
export const parseEnd = (text: string): IpAddress | undefined => parseIp(text.replace(/%.*/s, ''));

/** Reads an address as inet_pton(3) does, without a zone. Undefined for anything else. */
export function parseIp(text: string): IpAddress | undefined {
  const octets = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
  return octets && ipAddress(Uint8Array.from(octets));
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split('.');
  const valid = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part));
  const octets = parts.map(Number);
  return valid && octets.every((octet) => octet < 256) ? octets : undefined;
}

function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, at) => parseGroups(half, at === halves.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  if (tail === undefined) return head.length === 16 ? head : undefined;
  const missing = 16 - head.length - tail.length;
  return missing < 2 ? undefined : [...head, ...Array<number>(missing).fill(0), ...tail];
}

/** Groups of hexadecimal digits; the last may be an IPv4 address (RFC 4291 §2.2). */
function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const octets: number[] = [];
  const groups = text.split(':');
  for (const [at, group] of groups.entries()) {
    const ipv4 = last && at === groups.length - 1 && group.includes('.') ? parseIpv4(group) : undefined;
    if (ipv4 !== undefined) octets.push(...ipv4);
    else if (/^[\da-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      octets.push(value >> 8, value & 0xff);
    } else return undefined;
  }
  return octets;
}

/** The one text of an address (RFC 5952). */
export function formatIp(address: IpAddress): string {
  if (address.length === 4) return address.join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((address[2 * at] as number) << 8) | (address[2 * at + 1] as number)).toString(16),
  );
  // The longest run of at least two zeros is left out; of several, the first (RFC 5952 §4.2).
  let run = { at: 0, count: 1 };
  for (let at = 0; at < 8; at++) {
    let count = 0;
    while (groups[at + count] === '0') count++;
    if (count > run.count) run = { at, count };
  }
  if (run.count === 1) return groups.join(':');
  return `${groups.slice(0, run.at).join(':')}::${groups.slice(run.at + run.count).join(':')}`;
}

/** The one text of the address that the system calls `text`; what is none stays. */
export function plainAddress(text: string): string {
  // Every connection asks, and mostly for the one form that IPv4 has.
  const address = text.includes(':') ? parseIp(text) : undefined;
  return address === undefined ? text : formatIp(address);
}

/** `192.0.2.0/24`, `2001:db8::/32`, or a single address. */
export function parseNetwork(text: string): Network | undefined {
  const [, ip = '', bits] = /^([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const address = parseIp(ip);
  if (address === undefined) return undefined;
  // Whether the prefix of an IPv4 address in its IPv6 form counts 32 or 128 bits, everybody has to guess.
  if (bits !== undefined && ip.includes(':') && address.length === 4) return undefined;
  const width = address.length * 8;
  const prefix = bits === undefined ? width : Number(bits);
  return prefix > width ? undefined : { address, prefix };
}

const LOOPBACK: readonly Network[] = [
  { address: Uint8Array.of(127, 0, 0, 0), prefix: 8 },
  { address: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), prefix: 128 },
];

/** Whether what is sent to it stays on this machine. */
export const isLoopback = (address: IpAddress): boolean =>
  LOOPBACK.some((network) => contains(network, address));

export function contains({ address: network, prefix }: Network, address: IpAddress): boolean {
  if (address.length !== network.length) return false;
  for (let bit = 0; bit < prefix; bit++) {
    const mask = 0x80 >> (bit & 7);
    if (((address[bit >> 3] as number) ^ (network[bit >> 3] as number)) & mask) return false;
  }
  return true;
}
