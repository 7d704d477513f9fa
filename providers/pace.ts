import type { Reservation } from './port.ts';

/** What a provider allows for one credential and endpoint. */
export interface RateLimit {
  perMinute: number;
  /** So many may come at once after a pause. */
  burst: number;
}

/** What an answer's headers said about the budget it was taken from. */
export interface RateNews {
  /** The call itself was refused for its rate. */
  limited: boolean;
  /** Calls left until the reset, where told. */
  remaining: number | null;
  /** Until the budget is whole again, where told. */
  resetMs: number | null;
}

/** The budget of one credential at one endpoint, shared by all processes. */
export interface Pace {
  /** Takes up to `count` calls. With none granted, `waitMs` says when to ask again. */
  reserve(count: number): Promise<Reservation>;
  /** Takes one call, waiting for it at most `waitMaxMs`; false where that is not enough. */
  turn(waitMaxMs: number): Promise<boolean>;
  /** Learns from an answer; what the provider says comes before what we counted. */
  heed(news: RateNews): void;
}

/** The budget of a provider that states no limit. */
export const UNPACED: Pace = {
  reserve: (count) => Promise.resolve({ granted: count, waitMs: 0 }),
  turn: () => Promise.resolve(true),
  heed: () => undefined,
};
