// oxlint-disable no-restricted-globals -- the calendar of instants that are given, no clock
const DAY_MS = 86_400_000;

/** A day in UTC as it is written, `2026-01-31`. */
export const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

/** The day so many days before another. */
export const daysBefore = (day: string, days: number): string =>
  dayOf(new Date(Date.parse(day) - days * DAY_MS));

/** From the first instant of a day, included, to the first of the next, not included; in UTC. */
export const boundsOfDay = (day: string): { from: Date; to: Date } => ({
  from: new Date(Date.parse(day)),
  to: new Date(Date.parse(day) + DAY_MS),
});

/** So many days after it was completed a payment is looked up again. */
export const WATCH_DAYS = [1, 3, 7, 14, 30, 60, 90] as const;

/** The days whose completed payments are looked up on `day`, by how long money may come back. */
export const watchedDays = (day: string, returnWatchMs: number): string[] =>
  WATCH_DAYS.filter((days) => days * DAY_MS <= returnWatchMs).map((days) => daysBefore(day, days));
