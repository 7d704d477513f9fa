const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** So often a mail is tried that is refused for now. */
export const MAIL_TRIES_MAX = 12;

/** After that many tries: a minute, doubling to an hour; null once the tries are used up. */
export const mailWaitMs = (tries: number): number | null =>
  tries >= MAIL_TRIES_MAX ? null : Math.min(HOUR_MS, MINUTE_MS * 2 ** Math.max(0, tries - 1));
