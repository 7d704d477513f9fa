import type { Db } from '../../../db/client.ts';
import { holidaySet } from '../../../db/queries/holidays.ts';
import { namedFrequencies } from '../../../db/queries/named-frequencies.ts';
import type { ScheduleRow } from '../../../db/queries/payout-schedules.ts';
import { isDue, nextRuns } from '../../../domain/calendar/periods.ts';
import type { Frequency } from '../../../domain/rules/terms.ts';
import { toSchedule } from '../../schemas/payout-schedule.ts';

const RUNS = 5;

/** Schedules as answers show them, with the next five runs of each. */
export async function withNextRuns(db: Db, schedules: readonly ScheduleRow[]) {
  const frequencies = new Map<string, Promise<Frequency[]>>();
  const named = (programmeId: string): Promise<Frequency[]> => {
    const asked = frequencies.get(programmeId) ?? namedFrequencies(db, programmeId);
    frequencies.set(programmeId, asked);
    return asked;
  };
  return Promise.all(
    schedules.map(async (schedule) => {
      const wanted = [null, ...(await named(schedule.programmeId))];
      const holidays = await holidaySet(db, schedule.calendar);
      const next = nextRuns(schedule, holidays, Date.now(), RUNS, (day) =>
        wanted.some((frequency) => isDue(frequency, schedule, day)),
      );
      return toSchedule(schedule, next);
    }),
  );
}

/** The same for one. */
export async function withNextRunsOf(db: Db, schedule: ScheduleRow) {
  const [answer] = await withNextRuns(db, [schedule]);
  if (!answer) throw new Error('a schedule was lost on its way');
  return answer;
}
