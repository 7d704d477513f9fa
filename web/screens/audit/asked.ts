import type { TimeZoneChoice } from '../../lib/time.ts';
import { present } from '../../lib/search.ts';
import type { AuditSearch } from './search.ts';

const DAY_MS = 86_400_000;

/** Where a day begins on the clock that the screen shows. */
const startOf = (day: string, zone: TimeZoneChoice): Date =>
  new Date(zone === 'utc' ? `${day}T00:00:00Z` : `${day}T00:00:00`);

/** The next day, whatever hours the clock skips or repeats between them. */
const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

/** What the API is asked for. Whatever is no payment is looked for as a batch. */
export const askedOf = (
  { about, from, to, row: _open, ...rest }: AuditSearch,
  zone: TimeZoneChoice,
) =>
  present({
    ...rest,
    batchId: about !== undefined && !about.startsWith('pay_') ? about : undefined,
    paymentId: about?.startsWith('pay_') ? about : undefined,
    from: from && startOf(from, zone).toISOString(),
    to: to && startOf(dayAfter(to), zone).toISOString(),
  });
export type AuditAsked = ReturnType<typeof askedOf>;
