/** What endpoints can subscribe to. */
export const EVENT_TYPES = [
  'payout.batch.scheduled',
  'payout.batch.completed',
  'payout.batch.approval_waiting',
  'payout.item.submitted',
  'payout.item.paid',
  'payout.item.failed',
  'payout.item.held',
  'payout.item.returned',
  'payout.item.cancelled',
  'risk.raised',
] as const;

/** Sent to the endpoint that an alert rule names, whatever that wants to hear of. */
export const ALERT_EVENTS = ['alert.fired', 'alert.resolved'] as const;

/** Sent to one endpoint because a person asked for it. */
export const TEST_EVENT = 'payout.test';

export const DELIVERY_STATES = ['PENDING', 'DELIVERED', 'GIVEN_UP'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The waits between the tries to deliver an event; after the last of them it is tried once more. */
export const DELIVERY_WAITS_MS: readonly number[] = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  6 * HOUR_MS,
  8 * HOUR_MS,
  12 * HOUR_MS,
  12 * HOUR_MS,
];

/** A receiver that asks for a longer wait than this gets this one. */
const ASKED_WAIT_MAX_MS = HOUR_MS;
/** Waits are up to this much longer, so that what failed together is not tried together. */
const JITTER = 0.1;

/**
 * How long to wait after the try of that number has failed, the first being 1; null after the last.
 * `chance` is drawn from 0 to 1 by the caller, `askedMs` what the receiver wished, 0 for nothing.
 */
export function deliveryWaitMs(tried: number, chance: number, askedMs = 0): number | null {
  const wait = DELIVERY_WAITS_MS[tried - 1];
  if (wait === undefined) return null;
  return Math.max(Math.round(wait * (1 + JITTER * chance)), Math.min(askedMs, ASKED_WAIT_MAX_MS));
}

/** What an answer means for an event: 410 says that the endpoint wants nothing any more. */
export function answerMeans(status: number): 'delivered' | 'gone' | 'failed' {
  if (status >= 200 && status < 300) return 'delivered';
  return status === 410 ? 'gone' : 'failed';
}
