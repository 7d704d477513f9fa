import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { failedOutcome, toFailure } from '../taxonomy.ts';
import { STRIPE_FAILURES } from './failures.ts';
import { fromStripeAmount } from './money.ts';

/** A transfer or payout as Stripe tells it, with its amounts in our minor units. */
export interface Told {
  id: string;
  reference: string;
  amountMinor: bigint;
  currency: string;
  /** The connected account of a transfer; null in a payout, which is told on the account itself. */
  destination: string | null;
  livemode: boolean;
  createdAt: Date;
  /** What its status says, whether or not it is what we ordered. */
  outcome: Outcome;
}

const base = {
  amount: z.int().nonnegative(),
  currency: z.string().regex(/^[a-z]{3}$/),
  created: z.int().nonnegative().max(10_000_000_000),
  livemode: z.boolean(),
};

/** Either an id or, where it was expanded, the object. */
const idOf = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);

const transferSchema = z.object({
  ...base,
  id: z.string().regex(/^tr_\w{1,250}$/),
  object: z.literal('transfer'),
  amount_reversed: z.int().nonnegative(),
  reversed: z.boolean(),
  destination: idOf.nullable(),
});

const payoutSchema = z.object({
  ...base,
  id: z.string().regex(/^po_\w{1,250}$/),
  object: z.literal('payout'),
  status: z.string(),
  failure_code: z.string().nullish(),
  reversed_by: idOf.nullish(),
});

const markedSchema = z.object({ metadata: z.object({ txn_id: z.string().min(1).max(500) }) });

/** Our reference in an object of Stripe's; null where it was not made by us. */
export function referenceIn(value: unknown): string | null {
  const parsed = markedSchema.safeParse(value);
  return parsed.success ? parsed.data.metadata.txn_id : null;
}

/** Reads a transfer of ours; null where it is none, or not readable. */
export function readTransfer(value: unknown): Told | null {
  const reference = referenceIn(value);
  const parsed = transferSchema.safeParse(value);
  if (reference === null || !parsed.success) return null;
  const { id, amount, amount_reversed: reversed, destination } = parsed.data;
  const money = moneyOf(parsed.data);
  if (money === null || reversed > amount || parsed.data.reversed !== (reversed === amount))
    return null;
  const returnedMinor = fromStripeAmount(BigInt(reversed), money.currency);
  if (returnedMinor === null) return null;
  const outcome: Outcome =
    reversed === 0
      ? { kind: 'SETTLED', providerPaymentId: id }
      : parsed.data.reversed
        ? returned('transfer_reversed', id)
        : { kind: 'PARTLY_RETURNED', providerPaymentId: id, returnedMinor };
  return { id, reference, destination: destination ?? 'none', ...money, outcome };
}

/** Reads a payout of ours; null where it is none, or not readable. */
export function readPayout(value: unknown): Told | null {
  const reference = referenceIn(value);
  const parsed = payoutSchema.safeParse(value);
  if (reference === null || !parsed.success) return null;
  const { id, status, failure_code: failure, reversed_by: reversedBy } = parsed.data;
  const money = moneyOf(parsed.data);
  if (money === null) return null;
  const isReversed = typeof reversedBy === 'string' && status === 'paid';
  const outcome = isReversed
    ? returned('payout_reversed', id)
    : statusOutcome(status, failure ?? null, id);
  return { id, reference, destination: null, ...money, outcome };
}

/** A payout's status in our words; one that this version does not know leaves it open. */
function statusOutcome(status: string, failure: string | null, id: string): Outcome {
  switch (status) {
    case 'pending':
    case 'in_transit':
      return { kind: 'ACCEPTED', providerPaymentId: id };
    case 'paid':
      return { kind: 'SETTLED', providerPaymentId: id };
    case 'failed':
      return failedOutcome(STRIPE_FAILURES, failure ?? 'payout_failed', id);
    case 'canceled':
      return failedOutcome(STRIPE_FAILURES, 'canceled', id);
    default:
      return { kind: 'AMBIGUOUS', code: 'unknown_status' };
  }
}

const returned = (word: string, providerPaymentId: string): Outcome => ({
  kind: 'RETURNED',
  failure: toFailure(STRIPE_FAILURES, word),
  providerPaymentId,
});

function moneyOf(told: z.infer<z.ZodObject<typeof base>>) {
  const currency = told.currency.toUpperCase();
  const amountMinor = fromStripeAmount(BigInt(told.amount), currency);
  if (amountMinor === null) return null;
  const { livemode } = told;
  return { amountMinor, currency, livemode, createdAt: new Date(told.created * 1_000) };
}

/** A page of a list; its rows are read one by one. */
export const listSchema = z.object({
  object: z.literal('list'),
  data: z.array(z.looseObject({ id: z.string() })),
  has_more: z.boolean(),
});

/** What is available, by currency (docs.stripe.com/api/balance). */
export const balanceSchema = z.object({
  available: z.array(z.object({ amount: z.int(), currency: z.string() })),
});

/** A connected account, as far as it says whether it may be paid (docs.stripe.com/api/accounts). */
export const accountSchema = z.object({
  id: z.string().startsWith('acct_'),
  email: z.string().nullish(),
  capabilities: z.record(z.string(), z.string()).nullish(),
  payouts_enabled: z.boolean().nullish(),
  details_submitted: z.boolean().nullish(),
  requirements: z.object({ disabled_reason: z.string().nullish() }).nullish(),
});
export type Account = z.infer<typeof accountSchema>;

/** An event (docs.stripe.com/api/events); `account` is the connected account that it is about. */
export const eventSchema = z.object({
  id: z.string().regex(/^evt_\S{1,250}$/),
  object: z.literal('event'),
  created: base.created,
  type: z.string().min(1).max(200),
  livemode: z.boolean(),
  account: z.string().nullish(),
  data: z.object({ object: z.unknown() }),
});
