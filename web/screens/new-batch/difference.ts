import type { Preview } from '../../lib/queries.ts';

type Line = Preview['preview'][number];

/** A payee who is paid something else now than was seen. */
export interface Changed {
  affiliateId: string;
  /** Null where the payee was not paid before, or is not any more. */
  beforeMinor: number | null;
  afterMinor: number | null;
  /** Why the payee is not paid any more. */
  reason: string | null;
}

/** What has become different between two looks at the same request. */
export interface Difference {
  currency: string;
  beforeMinor: number;
  afterMinor: number;
  changed: readonly Changed[];
}

const paidIn = ({ preview }: Preview): ReadonlyMap<string, Line> =>
  new Map(preview.filter(({ eligible }) => eligible).map((line) => [line.affiliateId, line]));

/** Compares payee by payee; who is paid the same is left out. */
export function differenceOf(before: Preview, after: Preview): Difference {
  const then = paidIn(before);
  const now = paidIn(after);
  const reasons = new Map(after.preview.map(({ affiliateId, reason }) => [affiliateId, reason]));
  const ids = [...new Set([...then.keys(), ...now.keys()])];
  const changed = ids
    .map((affiliateId): Changed => ({
      affiliateId,
      beforeMinor: then.get(affiliateId)?.totalAmount ?? null,
      afterMinor: now.get(affiliateId)?.totalAmount ?? null,
      reason: now.has(affiliateId) ? null : (reasons.get(affiliateId) ?? null),
    }))
    .filter(({ beforeMinor, afterMinor }) => beforeMinor !== afterMinor);
  return {
    currency: after.summary.currency,
    beforeMinor: before.summary.totalAmount,
    afterMinor: after.summary.totalAmount,
    changed,
  };
}
