import { isIPv6 } from 'node:net';

/** An IP address as numbers: one of 32 bits, or eight groups of 16. IPv4-mapped IPv6 is IPv4 here. */
export type Address =
  | { readonly version: 4; readonly bits: number }
  | { readonly version: 6; readonly groups: readonly number[] };

/** A range of addresses: those that share the first `prefix` bits. */
export interface Network {
  readonly address: Address;
  readonly prefix: number;
}

const dotted = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** Reads an address without port, brackets or prefix; undefined for anything else. A zone (`%eth0`) is left out. */
export function parseAddress(text: string): Address | undefined {
  const parts = dotted.exec(text);
  if (parts) {
    let bits = 0;
    for (let index = 1; index <= 4; index += 1) {
      const byte = Number(parts[index]);
      if (byte > 255) return undefined;
      bits = bits * 256 + byte;
    }
    return { version: 4, bits };
  }
  const zone = text.indexOf('%');
  const plain = zone === -1 ? text : text.slice(0, zone);
  return isIPv6(plain) ? fromGroups(expand(plain)) : undefined;
}

/** Eight groups of a valid IPv6 text, which may end in dotted IPv4. */
function expand(text: string): number[] {
  const last = text.slice(text.lastIndexOf(':') + 1);
  const parts = dotted.exec(last);
  const hex = parts
    ? `${text.slice(0, text.length - last.length)}${pair(parts[1], parts[2])}:${pair(parts[3], parts[4])}`
    : text;
  const [head = '', tail] = hex.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
}

const pair = (high: string | undefined, low: string | undefined): string =>
  (Number(high) * 256 + Number(low)).toString(16);

function fromGroups(groups: readonly number[]): Address {
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  return mapped ? { version: 4, bits: (groups[6] ?? 0) * 65_536 + (groups[7] ?? 0) } : { version: 6, groups };
}

/** The one canonical spelling: dotted, or RFC 5952. */
export function formatAddress(address: Address): string {
  if (address.version === 4) {
    const { bits } = address;
    return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
  }
  const { groups } = address;
  let from = -1;
  let length = 1;
  for (let start = 0; start < 8; start += 1) {
    let end = start;
    while (end < 8 && groups[end] === 0) end += 1;
    if (end - start > length) [from, length] = [start, end - start];
  }
  const hex = groups.map((group) => group.toString(16));
  return from === -1
    ? hex.join(':')
    : `${hex.slice(0, from).join(':')}::${hex.slice(from + length).join(':')}`;
}

/** The network that a place may be looked up for: IPv4 /24, IPv6 /48, as the text of its first address. */
export function networkOf(address: Address): string {
  return formatAddress(
    address.version === 4
      ? { version: 4, bits: (address.bits & 0xffffff00) >>> 0 }
      : { version: 6, groups: address.groups.map((group, index) => (index < 3 ? group : 0)) },
  );
}

/** Reads an address or CIDR network; undefined for anything else. */
export function parseNetwork(text: string): Network | undefined {
  const [host = '', length, more] = text.split('/');
  const address = parseAddress(host);
  if (!address || more !== undefined) return undefined;
  // ::ffff:10.0.0.0/104 is 10.0.0.0/8.
  const mapped = address.version === 4 && host.includes(':');
  const most = address.version === 4 && !mapped ? 32 : 128;
  if (length === undefined) return { address, prefix: address.version === 4 ? 32 : 128 };
  if (!/^\d{1,3}$/.test(length) || Number(length) > most) return undefined;
  const prefix = mapped ? Number(length) - 96 : Number(length);
  return prefix < 0 ? undefined : { address, prefix };
}

export function inNetwork(address: Address, network: Network): boolean {
  const { prefix } = network;
  if (address.version === 4)
    return network.address.version === 4 && sameBits(address.bits, network.address.bits, 32 - prefix);
  if (network.address.version === 4) return false;
  for (let index = 0; index * 16 < prefix; index += 1) {
    const spare = Math.max(0, 16 - (prefix - index * 16));
    if (!sameBits(address.groups[index] ?? 0, network.address.groups[index] ?? 0, spare)) return false;
  }
  return true;
}

/** Whether two numbers are the same but for their last `spare` bits. */
const sameBits = (a: number, b: number, spare: number): boolean =>
  Math.floor(a / 2 ** spare) === Math.floor(b / 2 ** spare);
