import { isInNetworks, plainAddress, type Networks } from '../../domain/network.ts';

/** An entry as proxies write it: an address, IPv6 perhaps in brackets, perhaps with a port. */
const BRACKETED = /^\[([^\]]+)\](?::\d{1,5})?$/;
const IPV4_WITH_PORT = /^([\d.]+):\d{1,5}$/;

/**
 * Whose address a call came from. `X-Forwarded-For` counts only where the peer of the socket is a
 * trusted proxy, and then from the right: each hop was written by the one after it, so the first hop
 * that is not trusted is the caller, and what stands left of it is only what that one claims. An entry
 * that is no address ends the walk at the hop that wrote it. Null where the peer is unknown.
 */
export function forwardedAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: Networks,
): string | null {
  let address = plainAddress(peer ?? '');
  if (address === null || forwardedFor === undefined) return address;
  for (const entry of forwardedFor.split(',').toReversed()) {
    if (!isInNetworks(address, trusted)) return address;
    const hop = readEntry(entry.trim());
    if (hop === null) return address;
    address = hop;
  }
  return address;
}

function readEntry(entry: string): string | null {
  const host = BRACKETED.exec(entry)?.[1] ?? IPV4_WITH_PORT.exec(entry)?.[1] ?? entry;
  return plainAddress(host);
}
