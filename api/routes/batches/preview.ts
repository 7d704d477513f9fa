import { z } from '@hono/zod-openapi';
import { previewBatch } from '../../../db/queries/preview.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import type { AppContext } from '../../http/context.ts';
import { batchRequestFields, skippedOut, toBatchRequest } from '../../schemas/batch.ts';
import { amountOut } from '../../schemas/common.ts';
import { requireProgramme } from '../../require-programme.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/batches/preview',
  tags: ['Batches'],
  summary: 'What a batch made now would pay, and who is left out why',
  'x-permission': 'verify',
  request: { body: optionalJsonBody(z.strictObject(batchRequestFields)) },
  responses: {
    200: json(
      'The preview; nothing was changed.',
      z.object({
        preview: z.array(
          z.object({
            affiliateId: z.string(),
            commissionCount: z.int(),
            totalAmount: amountOut,
            payments: z
              .int()
              .meta({ description: 'More than one above the maximum of the rules.' }),
            eligible: z.boolean(),
            code: z.string().nullable(),
            reason: z.string().nullable(),
          }),
        ),
        summary: z.object({
          totalAffiliates: z.int(),
          eligibleAffiliates: z.int(),
          totalAmount: amountOut,
          currency: z.string(),
          provider: z.string(),
          payments: z.int(),
          chunks: z.int(),
          skipped: z.array(skippedOut),
          estimatedFees: amountOut,
          providerBalance: amountOut.optional(),
          balanceSuffices: z.literal(false).optional().meta({
            description: 'There where the balance is less than what the batch would pay.',
          }),
        }),
        previewHash: z.string().meta({ description: 'Give it to the creation of the batch.' }),
      }),
    ),
  },
});

/** Previews a batch. The provider's balance is left out where the provider does not say it. */
export const previewRoute = newApp().openapi(route, async (c) => {
  const body = c.req.valid('json');
  const { db, settings, terms } = c.var.deps;
  const provider = body.provider ?? settings.defaultProvider;
  await requireProgramme(db, body.programmeId);
  const [{ items, summary, previewHash }, providerBalance] = await Promise.all([
    terms
      .read(provider, body.currency)
      .then((limits) => previewBatch(db, { ...toBatchRequest(body), provider, limits })),
    balanceOf(c, provider, body.currency),
  ]);
  const preview = items.map(({ totalAmountMinor, ...item }) => ({
    ...item,
    totalAmount: toJsonAmount(totalAmountMinor),
  }));
  const { totalAmountMinor, ...rest } = summary;
  return c.json(
    {
      preview,
      summary: {
        ...rest,
        provider,
        totalAmount: toJsonAmount(totalAmountMinor),
        estimatedFees: 0,
        ...(providerBalance !== null && { providerBalance: toJsonAmount(providerBalance) }),
        ...(providerBalance !== null &&
          providerBalance < totalAmountMinor && { balanceSuffices: false as const }),
      },
      previewHash,
    },
    200,
  );
});

const BALANCE_WAIT_MS = 700;

/** Null where the provider is not configured here, or does not answer soon: a preview goes without. */
async function balanceOf(
  c: AppContext,
  providerName: string,
  currency: string,
): Promise<bigint | null> {
  const provider = c.var.deps.providers.named(providerName);
  if (!provider) return null;
  const late = new Promise<null>((resolve) => setTimeout(resolve, BALANCE_WAIT_MS, null).unref());
  return Promise.race([provider.balance(currency).catch(() => null), late]);
}
