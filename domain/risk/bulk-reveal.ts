import type { ActorFacts } from './actor-facts.ts';
import { aboutActor } from './actor-finding.ts';
import type { RiskFinding } from './finding.ts';
import type { RiskSettings } from './settings.ts';
import { several } from './words.ts';

/** Somebody takes account details, or whole exports, out in bulk. */
export function bulkReveal(
  facts: ActorFacts,
  settings: RiskSettings['bulk_reveal'],
): RiskFinding | null {
  const { actor, kind } = facts;
  const { enabled, level, withinMinutes } = settings;
  const [count, most, noun] =
    kind === 'reveal'
      ? [facts.reveals, settings.reveals, 'account']
      : [facts.exports, settings.exports, 'export'];
  if (!enabled || (kind !== 'reveal' && kind !== 'export') || count < most) return null;
  const took = kind === 'reveal' ? 'uncovered' : 'made';
  return aboutActor(
    'bulk_reveal',
    level,
    facts,
    `${actor} ${kind}`,
    `${actor} ${took} ${several(count, noun)} within ${withinMinutes} minutes; ${most} are suspicious.`,
    { reveals: facts.reveals, exports: facts.exports, withinMinutes },
  );
}
