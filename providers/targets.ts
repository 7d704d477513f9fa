import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import {
  NOTHING_INTERNAL,
  readAllowedTargets,
  readTarget,
  targetRefusal,
  type AllowedTargets,
} from '../domain/target.ts';

/** The addresses of a host name; empty where it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const LOOKUP_MS_MAX = 5_000;

/** As every other program of this machine sees the name. One that is not answered for leads nowhere. */
export const resolveHost: Resolve = async (host) => {
  const late = sleep(LOOKUP_MS_MAX, [], { ref: false });
  try {
    const found = await Promise.race([lookup(host, { all: true }), late]);
    return found.map(({ address }) => address);
  } catch {
    return [];
  }
};

/** Which targets may be called, and how names become addresses. */
export interface TargetRules {
  allowed?: AllowedTargets;
  resolve?: Resolve;
}

/** Says why no event can be sent to a URL as of now, in words for a caller; null where it can. */
export type TargetCheck = (url: string) => Promise<string | null>;

/** The check at registration. What counts is the one of each connection, since a name may move. */
export const makeTargetCheck =
  ({ allowed = NOTHING_INTERNAL, resolve = resolveHost }: TargetRules = {}): TargetCheck =>
  async (text) => {
    const target = readTarget(text);
    if (typeof target === 'string') return target;
    const { host, isAddress, url } = target;
    const addresses = isAddress ? [host] : await resolve(host);
    return targetRefusal({ host, protocol: url.protocol }, addresses, allowed);
  };

/** Reads `BURSAR_OUTGOING_ALLOW`. */
export const allowedTargets = z.string().transform((text, context): AllowedTargets => {
  const allowed = readAllowedTargets(text);
  if (!allowed) context.addIssue('each part is a host name, an address or a range like 10.0.0.0/8');
  return allowed ?? NOTHING_INTERNAL;
});
