import { z } from '@hono/zod-openapi';
import { loadRules } from '../../../db/queries/rules-in-force.ts';
import {
  holdsOn,
  lastExclusions,
  owedTo,
  payeeState,
  paymentsInFlight,
  type PaymentInFlight,
} from '../../../db/queries/why-not-paid.ts';
import { describeSkip } from '../../../domain/eligibility.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { DEFAULT_PROGRAMME_ID } from '../../../domain/rules/programme.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import {
  currencyCode,
  idOf,
  idParams,
  iso,
  isoOrNull,
  providerName,
} from '../../schemas/common.ts';
import { whyNotPaidOut } from '../../schemas/why-not-paid.ts';
import { judgeOwed } from '../../judge-owed.ts';
import { requireProgramme } from '../../require-programme.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/affiliates/{id}/why-not-paid',
  tags: ['Affiliates'],
  summary: 'What an affiliate is owed, and everything that stands against paying it now',
  'x-permission': 'view',
  request: {
    params: idParams('payee'),
    query: z.strictObject({
      currency: currencyCode.optional(),
      provider: providerName.optional(),
      programmeId: idOf('programme').optional(),
    }),
  },
  responses: {
    200: json('By currency, with all reasons and what would help.', whyNotPaidOut),
    404: json('No such affiliate.', z.unknown()),
  },
});

/** Says why an affiliate is not paid, by the same rules that a batch goes by. */
export const whyNotPaid = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { programmeId, ...given } = c.req.valid('query');
  const { db, settings, terms } = c.var.deps;
  const provider = given.provider ?? settings.defaultProvider;
  await requireProgramme(db, programmeId);
  const payee = await payeeState(db, id, provider);
  if (!payee) throw notFound('affiliate');
  const asked = { payeeIds: [id], provider, currency: given.currency, programmeId };
  const ruledBy = programmeId ?? DEFAULT_PROGRAMME_ID;
  const [owed, payments, holds, exclusions, rules] = await Promise.all([
    owedTo(db, asked),
    paymentsInFlight(db, id),
    holdsOn(db, id),
    lastExclusions(db, id),
    loadRules(db, ruledBy, [id]),
  ]);
  const inForce = rules.termsAt({ id, groupName: payee.group_name }, Date.now());
  const currencies = owed
    .filter(({ currency }) => given.currency === undefined || currency === given.currency)
    .map((each) => {
      const limits = terms.limitsOf(provider).get(each.currency) ?? null;
      const own = payments.filter(({ currency }) => currency === each.currency);
      const last = exclusions.find(({ currency }) => currency === each.currency);
      return {
        ...judgeOwed({ payee, owed: each, all: owed, payments: own, limits, inForce, provider }),
        inFlight: own.map(toInFlight),
        lastLeftOut: last
          ? {
              batchId: last.batch_id,
              batchNumber: last.batch_number,
              at: iso(last.created_at),
              ...describeSkip(last.code),
            }
          : null,
      };
    });
  const answer = { affiliateId: id, provider, programmeId: ruledBy, currencies };
  return c.json({ ...answer, holds: holds.map(toHold) }, 200);
});

const toInFlight = (payment: PaymentInFlight) => ({
  paymentId: payment.id,
  batchId: payment.batch_id,
  status: payment.status,
  holdReason: payment.hold_reason,
  amount: toJsonAmount(payment.amount_minor),
});

const toHold = (hold: Awaited<ReturnType<typeof holdsOn>>[number]) => ({
  id: hold.id,
  subject: { kind: hold.subject_kind, id: hold.subject_id },
  kind: hold.kind,
  reason: hold.reason,
  owner: hold.owner,
  expiresAt: isoOrNull(hold.expires_at),
  createdAt: iso(hold.created_at),
});
