const DAY_MS = 86_400_000;

/** One payment in so many is paid at the provider and not known to be at ours. */
export const BEHIND_EVERY = 10_000;
/** Transfers that the provider lists and that are not ours. */
export const FOREIGN = 10;

/** A day of transfers, made from their numbers: what the seed writes and what the peer lists. */
export interface ListedDay {
  payments: number;
  /** In UTC, `2026-01-31`. */
  day: string;
}

/** A transfer by its number, as the plain JSON provider shows it. */
export function payoutAt({ payments, day }: ListedDay, index: number) {
  const isForeign = index >= payments;
  return {
    id: `mp_${index}`,
    reference: isForeign ? `foreign ${index}` : referenceAt(index),
    recipient: `acct-${index}`,
    amount: amountAt(index),
    currency: 'USD',
    status: 'settled',
    failureCode: null,
    createdAt: new Date(instantAt({ payments, day }, index)).toISOString(),
  };
}

const referenceAt = (index: number): string =>
  `pay_01900000000070008000${index.toString(16).padStart(12, '0')}:1`;

/** The number behind a reference; null for one that is not of the day. */
export function indexOf(reference: string): number | null {
  const match = /^pay_01900000000070008000([0-9a-f]{12}):1$/.exec(reference);
  return match?.[1] === undefined ? null : Number.parseInt(match[1], 16);
}

const amountAt = (index: number): number => 1_000 + (index % 997);

const instantAt = ({ payments, day }: ListedDay, index: number): number =>
  Date.parse(day) + Math.floor((index * DAY_MS) / (payments + FOREIGN));

/** The first number whose transfer was made at this instant or after it. */
export const firstAt = ({ payments, day }: ListedDay, atMs: number): number =>
  Math.min(
    payments + FOREIGN,
    Math.max(0, Math.ceil(((atMs - Date.parse(day)) * (payments + FOREIGN)) / DAY_MS)),
  );
