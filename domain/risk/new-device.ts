import { isMoney, wasAccepted, type ActorFacts, type SeenPlace } from './actor-facts.ts';
import { aboutActor } from './actor-finding.ts';
import type { RiskFinding } from './finding.ts';
import { placeOf, programOf } from './place.ts';
import type { RiskSettings } from './settings.ts';
import { hoursBetween, several } from './words.ts';

/** For so long what a person has let pass stays known. */
const ACCEPTED_DAYS = 90;

/**
 * Money is moved from an address or with a program that the actor was never seen with. What was first
 * seen shortly before, as by the sign-in, is not known yet, unless money was moved from there.
 */
export function newDevice(
  facts: ActorFacts,
  settings: RiskSettings['new_device'],
): RiskFinding | null {
  const { actor, at, ipAddress, userAgent, places } = facts;
  if (!settings.enabled || facts.quiet || !isMoney(facts.kind)) return null;
  const known = places.filter(
    ({ firstAt, money }) => money || hoursBetween(firstAt, at) >= settings.knownAfterHours,
  );
  if (timesOf(known) < settings.leastActions) return null;
  const place = ipAddress === null ? null : placeOf(ipAddress);
  const program = userAgent === null ? null : programOf(userAgent);
  const news = [
    ...(place !== null && !addressesOf(known).has(place) ? [`from ${place}`] : []),
    ...(program !== null && !programsOf(known).has(program) ? [`with ${program}`] : []),
  ];
  if (news.length === 0) return null;
  const subject = `${actor} ${place ?? ''} ${program ?? ''}`;
  if (wasAccepted(facts, 'new_device', ACCEPTED_DAYS, (each) => each === subject)) return null;
  const level = facts.highValue ? settings.highValueLevel : settings.level;
  return aboutActor(
    'new_device',
    level,
    facts,
    subject,
    `${actor} moves money ${news.join(' and ')} for the first time; ${several(timesOf(known), 'earlier action')} came from elsewhere.`,
    { place, program, earlierActions: timesOf(known), highValue: facts.highValue },
  );
}

const timesOf = (places: readonly SeenPlace[]): number =>
  places.reduce((sum, { times }) => sum + times, 0);

const addressesOf = (seen: readonly SeenPlace[]): Set<string> =>
  new Set(seen.flatMap(({ ipAddress }) => (ipAddress === null ? [] : [placeOf(ipAddress)])));

const programsOf = (seen: readonly SeenPlace[]): Set<string> =>
  new Set(seen.flatMap(({ userAgent }) => (userAgent === null ? [] : [programOf(userAgent)])));
