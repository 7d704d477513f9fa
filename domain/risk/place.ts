import ipaddr from 'ipaddr.js';
import { plainAddress } from '../network.ts';

/** An address that counts as one place: IPv4 as it is, of IPv6 the /64 that a household or desk has. */
export const placeOf = (address: string): string => prefixOf(address, 32, 64);

/** The network of an address: /24 of IPv4, /48 of IPv6. */
export const networkOf = (address: string): string => prefixOf(address, 24, 48);

function prefixOf(address: string, v4Bits: number, v6Bits: number): string {
  const plain = plainAddress(address);
  // What is no address is compared as it is written.
  if (plain === null) return address;
  return ipaddr.IPv4.isValid(plain)
    ? `${ipaddr.IPv4.networkAddressFromCIDR(`${plain}/${v4Bits}`).toString()}/${v4Bits}`
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${plain}/${v6Bits}`).toString()}/${v6Bits}`;
}

/** A browser or program without its version, which changes by itself every few weeks. */
export const programOf = (userAgent: string): string =>
  userAgent
    .replaceAll(/[\d._]+/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
