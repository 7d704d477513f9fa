import { z } from '@hono/zod-openapi';
import {
  listPayableAffiliates,
  type PayableAffiliate,
} from '../../../db/queries/payable-affiliates.ts';
import { SKIP_REASONS } from '../../../domain/eligibility.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import {
  amountOut,
  amountQuery,
  boolQuery,
  currencyCode,
  iso,
  providerName,
  text,
  timeOrNull,
  timeOut,
} from '../../schemas/common.ts';

const payable = z.object({
  id: z.string(),
  externalId: z.string(),
  fullName: z.string(),
  email: z.string(),
  country: z.string(),
  currency: z.string(),
  pendingAmount: amountOut,
  paidAmount: amountOut,
  pendingCommissionCount: z.int(),
  oldestPendingDate: timeOrNull,
  readyForPayout: z.boolean(),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
  account: z.object({
    provider: z.string(),
    hasAccount: z.boolean(),
    accountId: z.string().nullable(),
    kycStatus: z.string().nullable(),
    canReceivePayments: z.boolean(),
  }),
});

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/affiliates/payable',
  tags: ['Affiliates'],
  summary: 'Affiliates with something payable, each with the reasons against paying it now',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      currency: currencyCode.optional(),
      provider: providerName.optional(),
      ready: boolQuery.optional(),
      minAmount: amountQuery.optional(),
      q: text(200).optional(),
      ...pageQuery,
    }),
  },
  responses: {
    200: json(
      'A page, one row for each affiliate and currency; the summary is over all pages.',
      z.object({
        affiliates: z.array(payable),
        summary: z.object({
          totalAffiliates: z.int(),
          totalPendingAmount: z.record(z.string(), amountOut),
          readyForPayout: z.int(),
          asOf: timeOut.meta({
            description: 'When this was counted; under load up to a minute ago.',
          }),
        }),
        nextCursor: nextCursorField,
      }),
    ),
  },
});

/** Who can be paid, and who cannot and why. */
export const listPayable = newApp().openapi(route, async (c) => {
  const { cursor, limit, minAmount, provider, ...rest } = c.req.valid('query');
  const { db, payables, settings, terms } = c.var.deps;
  const filter = { ...rest, minMinor: minAmount, provider: provider ?? settings.defaultProvider };
  const after = readCursor(cursor, z.tuple([z.string(), z.string()]));
  const [found, { totals, asOf }] = await Promise.all([
    listPayableAffiliates(db, filter, terms.limitsOf(filter.provider), after, limit + 1),
    payables.read(filter),
  ]);
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id, row.currency]);
  const summary = {
    totalAffiliates: totals.reduce((sum, { affiliates }) => sum + affiliates, 0),
    totalPendingAmount: Object.fromEntries(
      totals.map(({ currency, pending_minor }) => [currency, toJsonAmount(pending_minor)]),
    ),
    readyForPayout: totals.reduce((sum, { ready }) => sum + ready, 0),
    asOf: iso(asOf),
  };
  return c.json(
    { affiliates: rows.map((row) => toPayable(row, filter.provider)), summary, nextCursor },
    200,
  );
});

const toPayable = (row: PayableAffiliate, provider: string): z.infer<typeof payable> => ({
  id: row.id,
  externalId: row.external_id,
  fullName: row.full_name,
  email: row.email,
  country: row.country,
  currency: row.currency,
  pendingAmount: toJsonAmount(row.pending_minor),
  paidAmount: toJsonAmount(row.paid_minor),
  pendingCommissionCount: row.pending_count,
  oldestPendingDate: row.oldest_at && row.oldest_at.toISOString(),
  readyForPayout: row.reasons.length === 0,
  reasons: row.reasons.map((code) => ({ code, message: SKIP_REASONS[code] })),
  account: {
    provider,
    hasAccount: row.account_id !== null,
    accountId: row.account_id,
    kycStatus: row.kyc_status,
    canReceivePayments: row.kyc_status === 'APPROVED',
  },
});
