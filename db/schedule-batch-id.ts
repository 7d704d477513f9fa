import { v5 } from 'uuid';
import { startInUtc } from '../domain/calendar/days.ts';
import { makeId } from '../domain/ids.ts';

/** Any UUID would do; this one is for ever, since ids follow from it. */
const NAMESPACE = 'b1e0b6a4-6a0c-4c53-9d0e-6f2c7b8f4a11';

/**
 * The id of the batch that a schedule makes for a period: always the same, so that a repetition after a
 * crash finds its own. Such ids sort by the day of the period, among others by time.
 */
export function scheduleBatchId(scheduleId: string, period: string, nominalDay: string): string {
  const hash = v5(`${scheduleId}/${period}`, NAMESPACE).replaceAll('-', '');
  const time = startInUtc(nominalDay).toString(16).padStart(12, '0');
  // Ids of payments take over the first 24 digits; the digit that holds the version is left out.
  return makeId('batch', `${time}${hash.slice(0, 12)}${hash.slice(13, 21)}`);
}
