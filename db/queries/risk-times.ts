import { ID_PREFIXES, type IdKind } from '../../domain/ids.ts';

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

/** So far back the rules look for what is usual. */
export const USUAL_DAYS = 90;

/** The instant so many milliseconds before, as a parameter. */
export const before = (at: Date, ms: number): string => new Date(at.getTime() - ms).toISOString();

/**
 * The least id of what was made at an instant or later: ids begin with their time, so an index on them
 * finds what is recent without one on `created_at`.
 */
export const leastIdAt = (kind: IdKind, at: Date, beforeMs: number): string => {
  const ms = Math.max(0, at.getTime() - beforeMs);
  return `${ID_PREFIXES[kind]}_${ms.toString(16).padStart(12, '0')}`;
};

/** SQL: the installation's first payment is younger than the milliseconds of a parameter before `at`, or there is none. */
export const quietSql = (at: string, quietDays: string): string =>
  `coalesce((select created_at from payments order by id limit 1) > ${at}::timestamptz - interval '1 day' * ${quietDays}::int, true)`;
