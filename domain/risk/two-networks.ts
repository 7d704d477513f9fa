import { isInNetworks, readNetworks, type Networks } from '../network.ts';
import { wasAccepted, type ActorFacts, type JudgedKind, type SeenPlace } from './actor-facts.ts';
import { aboutActor } from './actor-finding.ts';
import type { RiskFinding } from './finding.ts';
import { networkOf } from './place.ts';
import type { RiskSettings } from './settings.ts';
import { minutesBetween, span } from './words.ts';

const ACCEPTED_DAYS = 90;

/** A failed sign-in or a refusal says nothing about where the actor is. */
const TELLS_WHERE: ReadonlySet<JudgedKind> = new Set([
  'approve',
  'execute',
  'pay',
  'reveal',
  'export',
  'sign_in_succeeded',
]);

interface SeenNetwork {
  lastAt: Date;
  days: number;
}

/**
 * One actor acts from two networks shortly after each other. Silent where both are familiar, as an
 * office and a telephone beside it are, or a key is bound to them. A key that is bound to no network may
 * well run in two places at once, so that of it this is only flagged.
 */
export function twoNetworks(
  facts: ActorFacts,
  { enabled, level, unboundKeyLevel, withinMinutes, familiarDays }: RiskSettings['two_networks'],
): RiskFinding | null {
  const { actor, at, ipAddress, ownNetworks } = facts;
  if (!enabled || ipAddress === null || !TELLS_WHERE.has(facts.kind)) return null;
  const here = networkOf(ipAddress);
  const own = readNetworks(ownNetworks) ?? [];
  const strangeOnly = { ...facts, places: facts.places.filter((place) => !isOwn(place, own)) };
  const seen = networksOf(facts);
  const isFamiliar = (network: string): boolean =>
    familiarDays > 0 && (seen.get(network)?.days ?? 0) >= familiarDays;
  const hereIsKnown = isFamiliar(here) || isInNetworks(ipAddress, own);
  const others = [...networksOf(hereIsKnown ? strangeOnly : facts)].filter(
    ([network, { lastAt }]) => network !== here && minutesBetween(lastAt, at) < withinMinutes,
  );
  const strange = others.find(([network]) => {
    const pair = pairOf(actor, here, network);
    return (
      !(hereIsKnown && isFamiliar(network)) &&
      !wasAccepted(facts, 'two_networks', ACCEPTED_DAYS, (subject) => subject === pair)
    );
  });
  if (!strange) return null;
  const [other, { lastAt }] = strange;
  return aboutActor(
    'two_networks',
    actor.startsWith('key:') && ownNetworks.length === 0 ? unboundKeyLevel : level,
    facts,
    pairOf(actor, here, other),
    `${actor} acts from ${here}, ${span(lastAt, at)} after acting from ${other}; less than ${withinMinutes} minutes are suspicious.`,
    { network: here, otherNetwork: other, otherAt: lastAt.toISOString(), withinMinutes },
  );
}

const isOwn = ({ ipAddress }: SeenPlace, own: Networks): boolean =>
  ipAddress !== null && isInNetworks(ipAddress, own);

const pairOf = (actor: string, one: string, other: string): string =>
  [actor, ...[one, other].toSorted()].join(' ');

function networksOf({ places }: ActorFacts): Map<string, SeenNetwork> {
  const seen = new Map<string, SeenNetwork>();
  for (const { ipAddress, lastAt, days } of places) {
    if (ipAddress === null) continue;
    const network = networkOf(ipAddress);
    const known = seen.get(network);
    seen.set(network, {
      lastAt: known && known.lastAt > lastAt ? known.lastAt : lastAt,
      // Days on which two programs were used must not count twice.
      days: Math.max(known?.days ?? 0, days),
    });
  }
  return seen;
}
