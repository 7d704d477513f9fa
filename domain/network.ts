import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Networks that an address may be in. */
export type Networks = readonly (readonly [network: Address, bits: number])[];

const TEXT_LENGTH_MAX = 64;

/** IPv4 with its four plain decimal numbers, or IPv6; a zone (`%eth0`) says nothing to others. */
function readAddress(text: string): Address | null {
  if (text.length > TEXT_LENGTH_MAX) return null;
  const bare = text.replace(/%[\w.-]+$/, '');
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) return null;
  const address = ipaddr.IPv6.parse(bare);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/**
 * The one form of an address that everything compares and stores: `::ffff:1.2.3.4` as `1.2.3.4`, IPv6
 * as short as it goes and without a zone. Null for all that is no plain address, such as `010.1.1.1`.
 */
export const plainAddress = (text: string): string | null => readAddress(text)?.toString() ?? null;

/**
 * The one form of a network: its first address and the length of its prefix. An address alone is the
 * network of itself. Null for anything else.
 */
export function plainNetwork(text: string): string | null {
  const network = readNetwork(text);
  return network && `${network[0].toString()}/${network[1]}`;
}

function readNetwork(text: string): Networks[number] | null {
  const [, host = '', length] = /^([^/%]*)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const address = readAddress(host);
  if (!address) return null;
  const whole = address.kind() === 'ipv4' ? 32 : 128;
  if (length === undefined) return [address, whole];
  // A prefix of a mapped address counts its 96 leading bits too.
  const bits = Number(length) - (whole === 32 && host.includes(':') ? 96 : 0);
  if (bits < 0 || bits > whole) return null;
  const range = `${address.toString()}/${bits}`;
  return whole === 32
    ? [ipaddr.IPv4.networkAddressFromCIDR(range), bits]
    : [ipaddr.IPv6.networkAddressFromCIDR(range), bits];
}

/** Reads networks written as `plainNetwork` takes them; null where one of them is none. */
export function readNetworks(texts: readonly string[]): Networks | null {
  const networks = texts.map(readNetwork);
  return networks.every((each) => each !== null) ? networks : null;
}

/** True where the address is in one of the networks. False for what is no address. */
export function isInNetworks(address: string, networks: Networks): boolean {
  const read = readAddress(address);
  return networks.some(
    ([network, bits]) => network.kind() === read?.kind() && read.match(network, bits),
  );
}
