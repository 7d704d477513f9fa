import type { Db } from '../../../db/client.ts';
import { listHolidays } from '../../../db/queries/holidays.ts';
import type { ScheduleChange, ScheduleRow } from '../../../db/queries/payout-schedules.ts';
import { localAt } from '../../../domain/calendar/local-time.ts';
import { DomainError, type ErrorDetail } from '../../../domain/errors.ts';
import type { Deps } from '../../deps.ts';
import { deny } from '../../http/auth.ts';
import { callerHolds } from '../../http/caller.ts';
import type { AppContext } from '../../http/context.ts';
import { invalid } from '../../http/problems.ts';

/** What a schedule would be after a call. */
export type Planned = Pick<
  ScheduleRow,
  | 'frequency'
  | 'weekday'
  | 'monthDay'
  | 'anchor'
  | 'timeOfDay'
  | 'cutoffTime'
  | 'mode'
  | 'limitMinor'
>;

/** Refuses settings that do not go together, all of them at once. */
export function assertTogether(planned: Planned): void {
  const { frequency, mode, limitMinor } = planned;
  const weekly = frequency === 'week' || frequency === 'fortnight';
  const wrong: [boolean, string, string][] = [
    [
      planned.weekday !== null && !weekly,
      'weekday',
      'goes with the frequencies week and fortnight',
    ],
    [
      planned.monthDay !== null && frequency !== 'month',
      'monthDay',
      'goes with the frequency month',
    ],
    [
      planned.anchor !== null && frequency !== 'fortnight',
      'anchor',
      'goes with the frequency fortnight',
    ],
    [limitMinor !== null && mode !== 'run_below', 'limitAmount', 'goes with the mode run_below'],
    [
      limitMinor === null && mode === 'run_below',
      'limitAmount',
      'is needed for the mode run_below',
    ],
    [
      planned.cutoffTime !== null && planned.cutoffTime <= planned.timeOfDay,
      'cutoffTime',
      'must be after timeOfDay, or nothing would ever be sent on its day',
    ],
  ];
  const details: ErrorDetail[] = wrong
    .filter(([is]) => is)
    .map(([, path, reason]) => ({ path, reason }));
  const [first] = details;
  if (!first) return;
  throw new DomainError(
    'validation_error',
    `The request is not valid: ${first.path}: ${first.reason}`,
    details,
  );
}

/** Refuses a calendar that nobody has stored: its holidays would be none, by a slip of the pen. */
export async function assertCalendar(db: Db, { calendar }: ScheduleChange): Promise<void> {
  if (calendar === undefined || calendar === null) return;
  if ((await listHolidays(db, calendar)).length === 0)
    throw invalid('calendar', 'is no calendar that is stored; PUT its holidays first');
}

/** Refuses a provider that is not configured here, or does not pay the currency. */
export function assertProvider({ providers }: Deps, name: string, currency: string): void {
  const provider = providers.named(name);
  if (!provider) throw invalid('provider', 'is not configured here');
  if (provider.limits(currency) === null) throw invalid('currency', `is not paid by ${name} here`);
}

/** Refuses a span that is none, lies before the schedules begin, or ends after today. */
export function assertSpan(
  { from, to }: { from: string; to: string },
  schedules: readonly ScheduleRow[],
): void {
  if (from > to) throw invalid('to', 'lies before from');
  const begun = schedules.some(({ startsOn }) => startsOn <= from);
  if (!begun) throw invalid('from', 'lies before the schedule begins; change its startsOn first');
  const over = schedules.every(({ zone }) => to <= localAt(Date.now(), zone).day);
  if (!over) throw invalid('to', 'lies after today');
}

/**
 * A schedule that executes what it makes pays like one who executes: asks for `process` beside what the
 * route asks for. True where the schedule is such a one. Throws `forbidden`.
 */
export async function requireProcess(
  c: AppContext,
  { mode = 'propose' }: { mode?: ScheduleRow['mode'] | undefined },
): Promise<boolean> {
  if (mode === 'propose') return false;
  if (!callerHolds(c.var.caller, 'process')) await deny(c, 'process');
  return true;
}
