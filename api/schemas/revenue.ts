import { z } from '@hono/zod-openapi';
import type { SplitModelVersion, StoredSplitModel } from '../../db/queries/split-models.ts';
import { toJsonAmount } from '../../domain/money.ts';
import type { SplitModel } from '../../domain/split-model.ts';
import type { Split } from '../../domain/split.ts';
import { amountOut, iso, line, timeOut } from './common.ts';

/**
 * An id that the platform gave: of a project, an escrow, a recipient. JSON objects that are named by
 * ids cannot hold the one name that is refused.
 */
export const platformId = line(200)
  .refine((id) => id !== '__proto__', 'cannot be used as an id')
  .meta({ example: 'project-42' });

export const projectParams = z.object({ projectId: platformId });

const VERSION_MAX = 2_147_483_647;
const MODEL_VERSION = { description: 'Version of the split model; the newest unless told.' };
export const modelVersion = z.int().min(1).max(VERSION_MAX).meta(MODEL_VERSION);
export const modelVersionQuery = z.coerce
  .number()
  .int()
  .min(1)
  .max(VERSION_MAX)
  .optional()
  .meta({ type: 'integer', ...MODEL_VERSION });

/** Only the type; what an amount or a rate may be is the model's to judge, as `split_invalid`. */
const amountIn = z.int('must be a whole number of minor units');
const bps = z
  .int('must be a whole number of basis points')
  .meta({ description: 'Basis points: 10,000 are the whole.' });

/** A model as callers give it. What an answer has as null may come as null, or be left out. */
export const splitModelIn = z
  .strictObject({
    recipients: z.array(
      z.strictObject({
        recipientId: platformId,
        shareBps: bps,
        capAmount: amountIn.nullish().meta({
          description: 'The most that the share may come to; what is above goes to the others.',
        }),
      }),
    ),
    platformFeeBps: bps,
    taxWithholdingBps: z
      .record(z.string(), bps)
      .optional()
      .meta({ description: 'By recipient: the rate on gross less platform fee.' }),
    platformFeeTiers: z
      .array(z.strictObject({ fromAmount: amountIn, feeBps: bps }))
      .optional()
      .meta({ description: 'Marginal: the part above `fromAmount`, up to the next tier.' }),
    platformFeeCapAmount: amountIn.nullish(),
    fixedAmounts: z
      .array(z.strictObject({ recipientId: platformId, amount: amountIn }))
      .optional()
      .meta({ description: 'Taken before anything is divided; they bear no platform fee.' }),
    currency: z.string().max(10).nullish().meta({
      description: 'Needed where the model holds amounts.',
      example: 'USD',
    }),
  })
  .meta({ id: 'SplitModelInput' });

/** The same in the terms of `domain/`. */
export const toSplitModel = (body: z.infer<typeof splitModelIn>): SplitModel => ({
  recipients: body.recipients.map(({ recipientId, shareBps, capAmount }) => ({
    recipientId,
    shareBps,
    capMinor: amountOrNull(capAmount),
  })),
  platformFeeBps: body.platformFeeBps,
  platformFeeTiers: (body.platformFeeTiers ?? []).map(({ fromAmount, feeBps }) => ({
    fromMinor: BigInt(fromAmount),
    feeBps,
  })),
  platformFeeCapMinor: amountOrNull(body.platformFeeCapAmount),
  taxWithholdingBps: body.taxWithholdingBps ?? {},
  fixedAmounts: (body.fixedAmounts ?? []).map(({ recipientId, amount }) => ({
    recipientId,
    amountMinor: BigInt(amount),
  })),
  currency: body.currency ?? null,
});

const amountOrNull = (amount: number | null | undefined): bigint | null =>
  amount === null || amount === undefined ? null : BigInt(amount);

const splitModelOut = z
  .object({
    recipients: z.array(
      z.object({ recipientId: z.string(), shareBps: bps, capAmount: amountOut.nullable() }),
    ),
    platformFeeBps: bps,
    taxWithholdingBps: z.record(z.string(), bps),
    platformFeeTiers: z.array(z.object({ fromAmount: amountOut, feeBps: bps })),
    platformFeeCapAmount: amountOut.nullable(),
    fixedAmounts: z.array(z.object({ recipientId: z.string(), amount: amountOut })),
    currency: z.string().nullable(),
  })
  .meta({ id: 'SplitModel' });

const fromSplitModel = (model: SplitModel): z.infer<typeof splitModelOut> => ({
  recipients: model.recipients.map(({ recipientId, shareBps, capMinor }) => ({
    recipientId,
    shareBps,
    capAmount: capMinor === null ? null : toJsonAmount(capMinor),
  })),
  platformFeeBps: model.platformFeeBps,
  taxWithholdingBps: model.taxWithholdingBps,
  platformFeeTiers: model.platformFeeTiers.map(({ fromMinor, feeBps }) => ({
    fromAmount: toJsonAmount(fromMinor),
    feeBps,
  })),
  platformFeeCapAmount:
    model.platformFeeCapMinor === null ? null : toJsonAmount(model.platformFeeCapMinor),
  fixedAmounts: model.fixedAmounts.map(({ recipientId, amountMinor }) => ({
    recipientId,
    amount: toJsonAmount(amountMinor),
  })),
  currency: model.currency,
});

/** A version without what it says, as lists have it. */
export const splitModelVersionOut = z
  .object({
    projectId: z.string(),
    version: z.int(),
    createdAt: timeOut,
    createdBy: z.string(),
  })
  .meta({ id: 'SplitModelVersion' });

export const toSplitModelVersion = (
  projectId: string,
  { version, createdAt, createdBy }: SplitModelVersion,
): z.infer<typeof splitModelVersionOut> => ({
  projectId,
  version,
  createdAt: iso(createdAt),
  createdBy,
});

export const storedSplitModelOut = splitModelVersionOut
  .extend({ model: splitModelOut })
  .meta({ id: 'StoredSplitModel' });

export const toStoredSplitModel = (
  projectId: string,
  stored: StoredSplitModel,
): z.infer<typeof storedSplitModelOut> => ({
  ...toSplitModelVersion(projectId, stored),
  model: fromSplitModel(stored.model),
});

/** A divided amount: the parts of each recipient, and their sums. */
export const splitOut = z.object({
  breakdown: z.array(
    z.object({
      recipientId: z.string(),
      grossShare: amountOut,
      platformFeeShare: amountOut,
      taxWithheldShare: amountOut,
      netAmount: amountOut,
    }),
  ),
  totalDistributed: amountOut,
  platformFee: amountOut,
  taxWithheld: amountOut,
});

export const toSplit = (split: Split): z.infer<typeof splitOut> => ({
  breakdown: split.shares.map((share) => ({
    recipientId: share.recipientId,
    grossShare: toJsonAmount(share.grossMinor),
    platformFeeShare: toJsonAmount(share.platformFeeMinor),
    taxWithheldShare: toJsonAmount(share.taxMinor),
    netAmount: toJsonAmount(share.netMinor),
  })),
  totalDistributed: toJsonAmount(split.distributedMinor),
  platformFee: toJsonAmount(split.platformFeeMinor),
  taxWithheld: toJsonAmount(split.taxMinor),
});
