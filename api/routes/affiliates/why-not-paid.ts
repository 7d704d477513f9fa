import { z } from '@hono/zod-openapi';
import { loadRules, type TermsInForce } from '../../../db/queries/rules-in-force.ts';
import {
  holdsOn,
  lastExclusions,
  owedTo,
  payeeState,
  paymentsInFlight,
  type OwedInCurrency,
  type PayeeState,
  type PaymentInFlight,
} from '../../../db/queries/why-not-paid.ts';
import {
  describeSkip,
  skipCodes,
  strictest,
  type AmountLimits,
  type SkipCode,
} from '../../../domain/eligibility.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { fittingLimit } from '../../../domain/payout-limits.ts';
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
  const asked = { payeeId: id, provider, currency: given.currency, programmeId };
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
        ...judge({ payee, owed: each, all: owed, payments: own, limits, inForce, provider }),
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

interface Judged {
  payee: PayeeState;
  owed: OwedInCurrency;
  all: readonly OwedInCurrency[];
  payments: readonly PaymentInFlight[];
  limits: AmountLimits | null;
  inForce: TermsInForce | null;
  provider: string;
}

function judge({ payee, owed, all, payments, limits, inForce, provider }: Judged) {
  const { currency } = owed;
  const where = { currency, provider, channelCode: payee.channel_code, country: payee.country };
  const payout = inForce?.terms.payout;
  const ruled = fittingLimit(payout?.minimums ?? [], where)?.amountMinor ?? null;
  const maximumMinor = fittingLimit(payout?.maximums ?? [], where)?.amountMinor ?? null;
  const channel = channelOf(owed);
  const minimumMinor = ruled ?? owed.minimum_minor;
  const codes: SkipCode[] = skipCodes({
    riskHeld: payee.risk_held,
    held: payee.payee_held || payee.account_held,
    kycStatus: payee.kyc_status,
    accountCooling: payee.account_cooling,
    payableMinor: owed.payable_minor,
    payableCount: owed.payable_count,
    claimedCount: owed.claimed_count,
    heldCount: owed.held_count,
    maturingCount: owed.maturing_count,
    otherCurrencyCount: all
      .filter((other) => other.currency !== currency)
      .reduce((sum, { payable_count }) => sum + payable_count, 0),
    owedMinor: owed.owed_minor,
    minimumMinor,
    maximumMinor,
    limits: limits && channel ? strictest(limits, channel) : limits,
  });
  const changed = payments.some(({ hold_reason }) => hold_reason === 'account_changed');
  if (changed && !codes.includes('account_changed')) {
    codes.push('account_changed');
  }
  const rule = inForce?.sources.payout ?? null;
  return {
    currency,
    payable: codes.length === 0,
    reasons: codes.map(describeSkip),
    payableAmount: toJsonAmount(owed.payable_minor),
    heldAmount: toJsonAmount(owed.held_minor),
    maturingAmount: toJsonAmount(owed.maturing_minor),
    nextAvailableAt: isoOrNull(owed.next_available_at),
    minimum: leastOf([
      { amountMinor: minimumMinor, from: ruled === null ? 'currency' : 'rule', rule },
      { amountMinor: limits?.minimumMinor ?? 0n, from: 'provider', rule: null },
      { amountMinor: channel?.minimumMinor ?? 0n, from: 'channel', rule: null },
    ]),
    maximum: maximumMinor === null ? null : { amount: toJsonAmount(maximumMinor), rule },
  };
}

type Minimum = z.infer<typeof whyNotPaidOut>['currencies'][number]['minimum'];
interface MinimumFrom extends Pick<Minimum, 'from' | 'rule'> {
  amountMinor: bigint;
}

/** The largest of the minimums is the one that counts; of equal ones the first. */
function leastOf(minimums: readonly [MinimumFrom, ...MinimumFrom[]]): Minimum {
  const { amountMinor, from, rule } = minimums.reduce((one, other) =>
    other.amountMinor > one.amountMinor ? other : one,
  );
  return { amount: toJsonAmount(amountMinor), from, rule: from === 'rule' ? rule : null };
}

const channelOf = (owed: OwedInCurrency): AmountLimits | null =>
  owed.channel_minimum === null || owed.channel_maximum === null || owed.channel_increment === null
    ? null
    : {
        minimumMinor: owed.channel_minimum,
        maximumMinor: owed.channel_maximum,
        incrementMinor: owed.channel_increment,
      };

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
