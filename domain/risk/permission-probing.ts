import type { ActorFacts } from './actor-facts.ts';
import { aboutActor } from './actor-finding.ts';
import type { RiskFinding } from './finding.ts';
import type { RiskSettings } from './settings.ts';

/** Somebody tries one thing after the other that they may not do. */
export function permissionProbing(
  facts: ActorFacts,
  { enabled, level, withinMinutes, denials }: RiskSettings['permission_probing'],
): RiskFinding | null {
  const { actor } = facts;
  if (!enabled || facts.kind !== 'denied' || facts.denials < denials) return null;
  return aboutActor(
    'permission_probing',
    level,
    facts,
    actor,
    `${actor} was refused ${facts.denials} times within ${withinMinutes} minutes for want of a permission; ${denials} are suspicious.`,
    { denials: facts.denials, withinMinutes },
  );
}
