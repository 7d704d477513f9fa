import type { z } from '@hono/zod-openapi';
import type { TermsInForce } from '../db/queries/rules-in-force.ts';
import type { OwedInCurrency, PayeeState, PaymentInFlight } from '../db/queries/why-not-paid.ts';
import {
  describeSkip,
  skipCodes,
  strictest,
  type AmountLimits,
  type SkipCode,
} from '../domain/eligibility.ts';
import { toJsonAmount } from '../domain/money.ts';
import { fittingLimit } from '../domain/payout-limits.ts';
import { isoOrNull } from './schemas/common.ts';
import type { whyNotPaidOut } from './schemas/why-not-paid.ts';

/** What a payee is owed in one currency, and all that decides whether it is paid now. */
interface Judged {
  payee: PayeeState;
  owed: OwedInCurrency;
  /** In every currency. */
  all: readonly OwedInCurrency[];
  /** Those in this currency that have not ended; where they are not looked at, none. */
  payments: readonly PaymentInFlight[];
  limits: AmountLimits | null;
  inForce: TermsInForce | null;
  provider: string;
}

/** Judges by the rules that a batch goes by: every reason, and the limits that count. */
export function judgeOwed({ payee, owed, all, payments, limits, inForce, provider }: Judged) {
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
