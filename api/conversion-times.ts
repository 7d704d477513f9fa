/** Clocks of platforms may be so far ahead of ours. */
const AHEAD_MAX_MS = 5 * 60_000;

/** What is said of an instant that has not come yet. */
export const IN_THE_FUTURE = 'lies more than 5 minutes in the future';

/** Whether something that is told to have happened lies in the future, as far as clocks can be told apart. */
export const isFuture = (instant: Date, now: number = Date.now()): boolean =>
  instant.getTime() > now + AHEAD_MAX_MS;
