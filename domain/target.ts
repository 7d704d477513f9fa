import ipaddr from 'ipaddr.js';

/** What may be called although it is internal, and by http too; nothing in production. */
export interface AllowedTargets {
  hosts: ReadonlySet<string>;
  ranges: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];
}

export const NOTHING_INTERNAL: AllowedTargets = { hosts: new Set(), ranges: [] };

const HOST_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const TARGET_LENGTH_MAX = 2_000;

/** Reads addresses, ranges and host names separated by commas; null where one is none of them. */
export function readAllowedTargets(text: string): AllowedTargets | null {
  const hosts = new Set<string>();
  const ranges: [ipaddr.IPv4 | ipaddr.IPv6, number][] = [];
  for (const part of text.split(',').map((each) => each.trim().toLowerCase())) {
    const address = readAddress(part);
    if (address) ranges.push([address, address.kind() === 'ipv4' ? 32 : 128]);
    else if (ipaddr.isValidCIDR(part)) ranges.push(ipaddr.parseCIDR(part));
    else if (HOST_NAME.test(part)) hosts.add(part);
    else return null;
  }
  return { hosts, ranges };
}

/** Where a URL leads, as far as it says so itself. */
export interface Target {
  url: URL;
  /** The host without brackets; a name, or an address in its plain form. */
  host: string;
  /** The host is an address, so that no name has to be looked up. */
  isAddress: boolean;
}

/** The target of a URL, or the reason why no event can be sent there, as a caller may read it. */
export function readTarget(text: string): Target | string {
  const url = text.length <= TARGET_LENGTH_MAX && URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return 'must be a whole https URL';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  if (url.hash !== '' || text.includes('#')) return 'must not have a fragment';
  if (url.port === '0') return 'must name a port that can be called';
  // The parser has brought decimal, octal, hexadecimal and mapped forms of an address into one.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { url, host, isAddress: readAddress(host) !== null };
}

/** An address in its usual form; null for anything else, such as `10.1`, which systems read differently. */
function readAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const { IPv4, IPv6 } = ipaddr;
  return IPv4.isValidFourPartDecimal(text) || IPv6.isValid(text) ? ipaddr.parse(text) : null;
}

/** IPv6 that is routed in the whole Internet; the rest is special, or nobody's yet. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * True for an address of the public Internet. False for all that is internal, special or no address,
 * and for the forms of IPv6 that carry an IPv4 address in them, whichever it is.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = readAddress(address);
  if (parsed?.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6);
}

/**
 * Why nothing may be sent to a host with these addresses, as a caller may read it; null where it may.
 * Every address must be good, since any of them may be the one that is called.
 */
export function targetRefusal(
  { host, protocol }: { host: string; protocol: string },
  addresses: readonly string[],
  allowed: AllowedTargets,
): string | null {
  if (addresses.length === 0) return 'has a host name that leads nowhere';
  const exempt = (address: string) => allowed.hosts.has(host) || isIn(address, allowed.ranges);
  if (protocol !== 'https:' && !addresses.every(exempt)) return 'must use https';
  return addresses.every((address) => isPublicAddress(address) || exempt(address))
    ? null
    : 'leads to an address that is not public';
}

function isIn(address: string, ranges: AllowedTargets['ranges']): boolean {
  const parsed = readAddress(address);
  return ranges.some(
    ([network, bits]) => network.kind() === parsed?.kind() && parsed.match(network, bits),
  );
}
