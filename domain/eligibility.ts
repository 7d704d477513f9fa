import { AMOUNT_MINOR_MAX } from './limits.ts';
import { paymentParts } from './payout-limits.ts';

/** Why a payee is left out of a batch: code and what to say. What would fix it is in `SKIP_REMEDIES`. */
export const SKIP_REASONS = {
  below_minimum: 'The payable amount is below the minimum payout; it is carried over.',
  no_account: 'The payee has no account at this provider; add one.',
  kyc_pending: 'The account is not verified yet; it is paid after verification.',
  kyc_rejected: 'The verification of the account was rejected; the payee must correct it.',
  payee_hold: 'Payments to this payee are on hold; release the hold.',
  not_matured: 'What the payee has earned has not matured yet.',
  in_flight: 'All that is payable is already in a payment that has not ended.',
  currency_mismatch: 'The payee has nothing payable in this currency, only in another one.',
  provider_unsupported: 'This provider cannot pay that currency.',
  amount_out_of_range: 'The amount is larger than one payment may be; pay it in parts.',
  amount_increment: 'The amount does not fit the steps that the provider can pay.',
  negative_balance: 'Clawbacks have used up what was earned; the rest is netted first.',
  account_changed: 'The account was changed recently; it is checked before it is paid.',
  risk_hold: 'A risk rule holds this payee; a person must look at it.',
} as const;

export type SkipCode = keyof typeof SKIP_REASONS;

/** What would have the payee paid, for each reason against it. */
export const SKIP_REMEDIES: Record<SkipCode, string> = {
  below_minimum:
    'Wait until more has been earned, lower the minimum in the payout rules, or pay it all the same with overrideMinimum.',
  no_account: 'Add an account at this provider, or pay by one where the payee has an account.',
  kyc_pending: 'Have the payee finish the verification, then sync the account.',
  kyc_rejected: 'Have the payee correct its details and verify anew, then sync the account.',
  payee_hold:
    'Look at the reason of the hold and release it, or correct the account that it names.',
  not_matured: 'Wait until the holding time is over; why-not-paid says when.',
  in_flight: 'Wait for the end of the payment, or cancel, retry or resolve it.',
  currency_mismatch: 'Make a batch in the currency in which something is payable.',
  provider_unsupported: 'Pay by a provider that pays this currency.',
  amount_out_of_range:
    'Set a maximum in the payout rules, so that it is paid in parts that the provider takes.',
  amount_increment:
    'Wait until the amount is a multiple of what the provider pays, or pay by another.',
  negative_balance: 'Wait until earnings have made up for the clawbacks, or write the debt off.',
  account_changed:
    'Have somebody other than who changed it check the account with the payee and verify it; then retry the payment, or cancel it.',
  risk_hold: 'Have a person look at the payee and release the hold.',
};

/** A reason as answers show it. */
export const describeSkip = (code: SkipCode) => ({
  code,
  sentence: SKIP_REASONS[code],
  remedy: SKIP_REMEDIES[code],
});

/** Payees left out, by reason: the most frequent first. Takes counts by code. */
export const describeSkipped = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .flatMap(([code, count]) => (isSkipCode(code) ? [{ count, ...describeSkip(code) }] : []))
    .toSorted((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));

export const isSkipCode = (code: string): code is SkipCode => code in SKIP_REASONS;

/** Everything that decides whether a payee is paid now, in one currency by one provider. */
export interface PayeeFacts {
  /** By a risk rule. */
  riskHeld: boolean;
  /** By anything else: the payee, or its account. */
  held: boolean;
  kycStatus: 'NOT_STARTED' | 'PENDING' | 'APPROVED' | 'REJECTED' | null;
  /** The account was changed lately, and nobody else has verified it since. */
  accountCooling: boolean;
  /** Matured and in no payment. */
  payableMinor: bigint;
  payableCount: number;
  /** In a payment that has not ended. */
  claimedCount: number;
  /** Kept back by holds of their own. */
  heldCount: number;
  maturingCount: number;
  otherCurrencyCount: number;
  /** All that is free in this currency, where only some of it is asked for; nobody is paid more. */
  owedMinor: bigint;
  /** The least that is paid out in this currency, whoever pays it. */
  minimumMinor: bigint;
  /** What is more is paid in parts; null where no rule says so. */
  maximumMinor: bigint | null;
  /** Null where the provider does not pay this currency. */
  limits: AmountLimits | null;
}

/** What one payment may carry, in minor units: at least, at most, and a multiple of what. */
export interface AmountLimits {
  minimumMinor: bigint;
  maximumMinor: bigint;
  incrementMinor: bigint;
}

/** No limits but that of all amounts. */
export const OPEN_LIMITS: AmountLimits = {
  minimumMinor: 1n,
  maximumMinor: AMOUNT_MINOR_MAX,
  incrementMinor: 1n,
};

/** What fits all of the limits, as those of a provider and those of one of its channels. */
export const strictest = (...given: readonly AmountLimits[]): AmountLimits =>
  given.reduce(
    (one, other) => ({
      minimumMinor: one.minimumMinor > other.minimumMinor ? one.minimumMinor : other.minimumMinor,
      maximumMinor: one.maximumMinor < other.maximumMinor ? one.maximumMinor : other.maximumMinor,
      incrementMinor: leastCommonMultiple(one.incrementMinor, other.incrementMinor),
    }),
    OPEN_LIMITS,
  );

const leastCommonMultiple = (one: bigint, other: bigint): bigint =>
  (one / greatestCommonDivisor(one, other)) * other;

const greatestCommonDivisor = (one: bigint, other: bigint): bigint =>
  other === 0n ? one : greatestCommonDivisor(other, one % other);

/**
 * All reasons against paying this payee now, the one that matters first. None means: pay. The
 * database judges by the same rules at creation (`db/queries/judged-payees.ts`); a test holds the
 * two against each other.
 */
export function skipCodes(facts: PayeeFacts): SkipCode[] {
  const codes: SkipCode[] = [];
  if (facts.limits === null) codes.push('provider_unsupported');
  if (facts.riskHeld) codes.push('risk_hold');
  if (facts.held) codes.push('payee_hold');
  if (facts.kycStatus === null) codes.push('no_account');
  else if (facts.kycStatus === 'REJECTED') codes.push('kyc_rejected');
  else if (facts.kycStatus !== 'APPROVED') codes.push('kyc_pending');
  else if (facts.accountCooling) codes.push('account_changed');
  const money = moneyCode(facts);
  if (money) codes.push(money);
  return codes;
}

function moneyCode(facts: PayeeFacts): SkipCode | null {
  if (facts.payableCount === 0) return nothingCode(facts);
  if (facts.payableMinor <= 0n || facts.owedMinor < facts.payableMinor) return 'negative_balance';
  const limits = strictest(facts.limits ?? OPEN_LIMITS);
  if (facts.payableMinor < facts.minimumMinor || facts.payableMinor < limits.minimumMinor) {
    return 'below_minimum';
  }
  const fits =
    facts.maximumMinor === null
      ? facts.payableMinor <= limits.maximumMinor
      : paymentParts(facts.payableMinor, facts.maximumMinor, limits) !== null;
  if (!fits) return 'amount_out_of_range';
  return facts.payableMinor % limits.incrementMinor === 0n ? null : 'amount_increment';
}

function nothingCode(facts: PayeeFacts): SkipCode | null {
  if (facts.claimedCount > 0) return 'in_flight';
  if (facts.heldCount > 0) return facts.held ? null : 'payee_hold';
  if (facts.maturingCount > 0) return 'not_matured';
  return facts.otherCurrencyCount > 0 ? 'currency_mismatch' : 'below_minimum';
}
