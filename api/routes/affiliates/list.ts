import { z } from '@hono/zod-openapi';
import type { AppContext } from '../../http/context.ts';
import {
  KYC_FILTERS,
  listAffiliates,
  type ListedAffiliate,
} from '../../../db/queries/list-affiliates.ts';
import { loadRules } from '../../../db/queries/rules-in-force.ts';
import { owedTo, payeeStates } from '../../../db/queries/why-not-paid.ts';
import { DEFAULT_PROGRAMME_ID } from '../../../domain/rules/programme.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { judgeOwed } from '../../judge-owed.ts';
import { kycStatus } from '../../schemas/account.ts';
import { affiliateFields, toAffiliate } from '../../schemas/affiliate.ts';
import { boolQuery, providerName, text } from '../../schemas/common.ts';
import { whyNotPaidOut } from '../../schemas/why-not-paid.ts';

const owedOut = whyNotPaidOut.shape.currencies.element.pick({
  currency: true,
  payable: true,
  reasons: true,
  payableAmount: true,
  heldAmount: true,
  maturingAmount: true,
});

const listed = z
  .object({
    ...affiliateFields,
    holdReason: z.string().nullable(),
    accounts: z.array(
      z.object({
        id: z.string(),
        provider: z.string(),
        kycStatus,
        blockedCode: z.string().nullable(),
      }),
    ),
    owed: z.array(owedOut).meta({ description: 'By currency; its own one is always there.' }),
  })
  .meta({ id: 'ListedAffiliate' });

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/affiliates',
  tags: ['Affiliates'],
  summary: 'Affiliates, newest first, each with its accounts and why it is not paid now',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      q: text(200).optional().meta({
        description: 'Part of a name, an email address or an external id; or an id.',
      }),
      kyc: z
        .enum(KYC_FILTERS)
        .optional()
        .meta({ description: 'Of an account at any provider, or at `provider`; or without one.' }),
      provider: providerName.optional().meta({ description: 'With an account there.' }),
      held: boolQuery
        .optional()
        .meta({ description: 'On hold, or with an account that nothing is sent to.' }),
      suspended: boolQuery.optional(),
      owed: boolQuery.optional().meta({ description: 'With something payable.' }),
      judgedBy: providerName.optional().meta({
        description: 'By whom paying is judged; the default provider unless told.',
      }),
      ...pageQuery,
    }),
  },
  responses: {
    200: json(
      'A page, and the provider by which paying was judged.',
      z.object({
        affiliates: z.array(listed),
        judgedBy: z.string(),
        nextCursor: nextCursorField,
      }),
    ),
  },
});

/** All affiliates. Paying is judged as `why-not-paid` does, by the rules of the first programme. */
export const listAffiliatesRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit, judgedBy, ...filter } = c.req.valid('query');
  const { db, settings } = c.var.deps;
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const found = await listAffiliates(db, { ...filter, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  const provider = judgedBy ?? settings.defaultProvider;
  const owed = await judgeAll(c, rows, provider);
  const affiliates = rows.map((row) => ({
    ...toAffiliate(row),
    holdReason: row.holdReason,
    accounts: row.accounts.map(({ id, provider: at, kycStatus: kyc, blockedCode }) => ({
      id,
      provider: at,
      kycStatus: kyc,
      blockedCode,
    })),
    owed: owed.get(row.id) ?? [],
  }));
  return c.json({ affiliates, judgedBy: provider, nextCursor }, 200);
});

/** What each is owed in each currency, and what stands against paying it. */
async function judgeAll(c: AppContext, rows: readonly ListedAffiliate[], provider: string) {
  const { db, terms } = c.var.deps;
  const ids = rows.map(({ id }) => id);
  const [states, owed, rules] = await Promise.all([
    payeeStates(db, ids, provider),
    owedTo(db, { payeeIds: ids, provider }),
    loadRules(db, DEFAULT_PROGRAMME_ID, ids),
  ]);
  const limits = terms.limitsOf(provider);
  return new Map(
    states.map((payee) => {
      const all = owed.filter(({ payee_id }) => payee_id === payee.id);
      const inForce = rules.termsAt({ id: payee.id, groupName: payee.group_name }, Date.now());
      const judged = all.map((each) => {
        const own = { limits: limits.get(each.currency) ?? null, inForce, provider };
        const answer = judgeOwed({ payee, owed: each, all, payments: [], ...own });
        const { currency, payable, reasons, payableAmount, heldAmount, maturingAmount } = answer;
        return { currency, payable, reasons, payableAmount, heldAmount, maturingAmount };
      });
      return [payee.id, judged];
    }),
  );
}
