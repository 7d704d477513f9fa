/** Why a payee is left out of a batch: code, what to say, and what would fix it. */
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

/** Everything that decides whether a payee is paid now, in one currency by one provider. */
export interface PayeeFacts {
  held: boolean;
  kycStatus: 'NOT_STARTED' | 'PENDING' | 'APPROVED' | 'REJECTED' | null;
  /** Matured and in no payment. */
  payableMinor: bigint;
  payableCount: number;
  /** In a payment that has not ended. */
  claimedCount: number;
  maturingCount: number;
  otherCurrencyCount: number;
  minimumMinor: bigint;
  maximumMinor: bigint;
}

/**
 * All reasons against paying this payee now, the one that matters first. None means: pay. The
 * database judges by the same rules at creation (`db/queries/judged-payees.ts`); a test holds the
 * two against each other.
 */
export function skipCodes(facts: PayeeFacts): SkipCode[] {
  const codes: SkipCode[] = [];
  if (facts.held) codes.push('payee_hold');
  if (facts.kycStatus === null) codes.push('no_account');
  else if (facts.kycStatus === 'REJECTED') codes.push('kyc_rejected');
  else if (facts.kycStatus !== 'APPROVED') codes.push('kyc_pending');
  const money = moneyCode(facts);
  if (money) codes.push(money);
  return codes;
}

function moneyCode(facts: PayeeFacts): SkipCode | null {
  if (facts.payableCount === 0) {
    if (facts.claimedCount > 0) return 'in_flight';
    if (facts.maturingCount > 0) return 'not_matured';
    return facts.otherCurrencyCount > 0 ? 'currency_mismatch' : 'below_minimum';
  }
  if (facts.payableMinor <= 0n) return 'negative_balance';
  if (facts.payableMinor < facts.minimumMinor) return 'below_minimum';
  return facts.payableMinor > facts.maximumMinor ? 'amount_out_of_range' : null;
}
