import type { ActorFacts } from './actor-facts.ts';
import { aboutActor } from './actor-finding.ts';
import type { RiskFinding } from './finding.ts';
import type { RiskSettings } from './settings.ts';
import { percent } from './words.ts';

/**
 * Somebody approves or executes at an hour at which they hardly ever act. The hours beside it count
 * too, so that daylight saving moves nobody. Worse where the device is new as well.
 */
export function unusualHour(
  facts: ActorFacts,
  deviceIsNew: boolean,
  settings: RiskSettings['unusual_hour'],
): RiskFinding | null {
  const { actor, at, kind, hours, hourDays, quiet } = facts;
  if (!settings.enabled || quiet || (kind !== 'approve' && kind !== 'execute')) return null;
  const actions = hours.reduce((sum, count) => sum + count, 0);
  if (actions < settings.leastActions || hourDays < settings.leastDays) return null;
  const hour = at.getUTCHours();
  const near = [23, 0, 1].reduce((sum, step) => sum + (hours[(hour + step) % 24] ?? 0), 0);
  if (near / actions >= settings.usualShareFrom) return null;
  const level = deviceIsNew ? settings.newDeviceLevel : settings.level;
  return aboutActor(
    'unusual_hour',
    level,
    facts,
    `${actor} ${at.toISOString().slice(0, 10)}`,
    `${actor} moves money at ${at.toISOString().slice(11, 16)} UTC; ${near} of the ${actions} actions of the last 30 days (${percent(near / actions)}) fell within an hour of that.`,
    { hour, actionsThen: near, actions, days: hourDays, newDevice: deviceIsNew },
  );
}
