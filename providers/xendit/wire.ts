import { z } from 'zod';
import { readAmount, type ApiVersion } from './money.ts';

/** A JSON number as its text (`exact-json.ts`). Examples of v3 quote their numbers; both are read. */
const numberText = z.string().max(80);
const word = z.string().min(1).max(100);

/** A payout of either generation, in one shape. Status and failure words are let through. */
export interface Payout {
  id: string;
  reference: string;
  /** In minor units of ISO 4217; null where it cannot be held in them, so is not what we ordered. */
  amountMinor: bigint | null;
  currency: string;
  status: string;
  failureCode: string | null;
  businessId: string | null;
}

const common = {
  reference_id: z.string().max(255),
  status: word,
  failure_code: z.string().max(100).nullish(),
  business_id: z.string().max(100).nullish(),
};

const payoutV2 = z
  .object({ ...common, id: word, amount: numberText, currency: word })
  .transform((told): Payout => ({
    id: told.id,
    amountMinor: readAmount(told.amount, told.currency, 'v2'),
    currency: told.currency,
    ...alike(told),
  }));

const payoutV3 = z
  .object({
    ...common,
    payout_id: word,
    destination_amount: numberText,
    destination_currency: word,
  })
  .transform((told): Payout => ({
    id: told.payout_id,
    amountMinor: readAmount(told.destination_amount, told.destination_currency, 'v3'),
    currency: told.destination_currency,
    ...alike(told),
  }));

function alike(told: z.infer<z.ZodObject<typeof common>>) {
  return {
    reference: told.reference_id,
    status: told.status,
    failureCode: told.failure_code || null,
    businessId: told.business_id ?? null,
  };
}

/** The generation that made this id, where its prefix tells (documentation: `disb-` and `po-`). */
export function versionOfId(id: string, otherwise: ApiVersion): ApiVersion {
  if (id.startsWith('disb-')) return 'v2';
  return id.startsWith('po-') ? 'v3' : otherwise;
}

/** What a payout looks like in answers of this generation. */
export const payoutSchema = (version: ApiVersion): z.ZodType<Payout> =>
  version === 'v3' ? payoutV3 : payoutV2;

/** Payouts found by reference: the documentation shows a bare list, the SDK a page. */
export const payoutListSchema = z.union([
  z.array(payoutV2).transform((data) => ({ data, hasMore: false })),
  z
    .object({ data: z.array(payoutV2), has_more: z.boolean().optional() })
    .transform(({ data, has_more }) => ({ data, hasMore: has_more ?? false })),
]);

export const errorSchema = z.object({ error_code: word });

export const balanceSchema = z.object({ balance: numberText });

/** A channel with limits in major units; rows of another shape are left out by the reader. */
export const channelSchema = z.object({
  channel_code: word,
  channel_category: word,
  currency: word,
  channel_name: z.string().max(200),
  amount_limits: z.object({
    minimum: numberText,
    maximum: numberText,
    minimum_increment: numberText.nullish(),
  }),
});

/** A movement of the balance as `GET /transactions` lists it; `product_id` is the payout's id. */
const transactionSchema = z.object({
  id: word,
  product_id: word,
  status: word,
  reference_id: z.string().max(255),
  currency: word,
  amount: numberText,
  cashflow: z.string().max(40).nullish(),
  created: z.string().max(40),
});
export type Transaction = z.infer<typeof transactionSchema>;

export const transactionsSchema = z.object({
  has_more: z.boolean(),
  data: z.array(transactionSchema),
});

/** The envelope of an event; what `data` is depends on the event. */
export const envelopeSchema = z.object({
  event: word,
  business_id: z.string().max(100).nullish(),
  data: z.unknown(),
});
