import type { Schedule, ScheduleRun } from '../answers/schedules.ts';
import { moneyOf } from '../money.ts';
import { onDay } from './render-terms.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';

/** Schedules, one a line. */
export function scheduleTable(schedules: readonly Schedule[], style: Style): string {
  if (schedules.length === 0) return 'No schedules.';
  return table(
    [
      { title: 'SCHEDULE' },
      { title: 'EVERY' },
      { title: 'AT' },
      { title: 'MODE' },
      { title: 'PAYS' },
      { title: 'NEXT RUN' },
    ],
    schedules.map((schedule) => [
      schedule.id,
      schedule.frequency,
      `${schedule.timeOfDay} ${schedule.zone}`,
      schedule.mode,
      `${schedule.currency} by ${schedule.provider}`,
      schedule.paused ? style.warn('paused') : (schedule.nextRuns[0]?.runAt ?? 'none'),
    ]),
    style.dim,
  );
}

/** One schedule with its next runs. */
export function scheduleCard(schedule: Schedule, style: Style): string {
  const { limitAmount, currency } = schedule;
  const card = pairs([
    ['schedule', schedule.id],
    ['state', schedule.paused ? style.warn(`paused: ${schedule.pausedReason ?? ''}`) : 'runs'],
    ['programme', schedule.programmeId],
    [
      'every',
      `${schedule.frequency}${onDay(schedule.weekday, schedule.monthDay)} at ${schedule.timeOfDay} in ${schedule.zone}`,
    ],
    ['other days', [schedule.shift, schedule.calendar].filter(Boolean).join(', holidays of ')],
    ['pays', `${currency} by ${schedule.provider}`],
    [
      'mode',
      limitAmount === null ? schedule.mode : `${schedule.mode} ${moneyOf(limitAmount, currency)}`,
    ],
    ['since', schedule.startsOn],
  ]);
  const runs = table(
    [{ title: 'NEXT PERIOD' }, { title: 'RUNS AT' }, { title: 'PAYS WHAT MATURED BEFORE' }],
    schedule.nextRuns.map(({ period, runAt, cutoffAt }) => [period, runAt, cutoffAt]),
    style.dim,
  );
  return `${card}\n\n${runs}`;
}

/** Runs, one a line. */
export function runTable(runs: readonly ScheduleRun[], style: Style): string {
  if (runs.length === 0) return 'No runs.';
  return table(
    [
      { title: 'PERIOD' },
      { title: 'BATCH' },
      { title: 'STATE' },
      { title: 'PAYMENTS', right: true },
      { title: 'TOTAL', right: true },
      { title: 'BY' },
    ],
    runs.map((run) => [
      run.period,
      run.batchId ?? 'nobody was due',
      run.batchStatus ?? '',
      String(run.paymentCount ?? ''),
      run.totalAmount === null || run.currency === null
        ? ''
        : moneyOf(run.totalAmount, run.currency),
      run.trigger,
    ]),
    style.dim,
  );
}
