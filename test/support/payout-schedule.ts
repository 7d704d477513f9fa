import { newId } from '../../db/new-id.ts';
import type { ScheduleRow } from '../../db/queries/payout-schedules.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';

/** A schedule as the database would hold it: daily at 09:00 UTC, unless told. */
export const scheduleRow = (given: Partial<ScheduleRow> = {}): ScheduleRow => ({
  id: newId('schedule'),
  programmeId: DEFAULT_PROGRAMME_ID,
  frequency: 'day',
  weekday: null,
  monthDay: null,
  anchor: null,
  timeOfDay: '09:00',
  zone: 'UTC',
  calendar: null,
  shift: 'none',
  cutoffTime: null,
  currency: 'USD',
  provider: 'mock',
  mode: 'run',
  limitMinor: null,
  overlap: 'buffer_all',
  catchupHours: 168,
  startsOn: '2026-01-01',
  paused: false,
  pausedReason: null,
  createdBy: 'key:test',
  createdAt: new Date('2025-12-01T00:00:00Z'),
  updatedAt: new Date('2025-12-01T00:00:00Z'),
  deletedAt: null,
  ...given,
});
