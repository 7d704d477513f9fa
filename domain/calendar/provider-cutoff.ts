import { nextBusinessDay, type Holidays } from './business-days.ts';
import { instantAt, localAt } from './local-time.ts';

/** When a provider takes no more on a day. Times are those of the zone. */
export interface ProviderCutoff {
  zone: string;
  timeOfDay: string;
  /** None where it takes payments at any time. */
  cutoffTime: string | null;
}

/**
 * Before when nothing of a batch that is made at `at` is sent: after the provider's cut-off the schedule's
 * time on the next business day. Null where it is sent at once.
 */
export function sendNotBefore(
  { zone, timeOfDay, cutoffTime }: ProviderCutoff,
  holidays: Holidays,
  at: number,
): number | null {
  if (cutoffTime === null) return null;
  const local = localAt(at, zone);
  if (local.timeOfDay <= cutoffTime) return null;
  return instantAt(nextBusinessDay(local.day, holidays), timeOfDay, zone);
}
