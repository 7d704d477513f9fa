import type { Ledger } from '../../ledger.ts';
import type { Account } from '../../records.ts';
import { Refusal } from './errors.ts';
import { PROVIDER, secondsOf } from './objects.ts';

/** Platforms have these currencies before anything has moved. */
const USUAL_CURRENCIES = ['USD', 'EUR', 'GBP', 'IDR', 'PHP', 'SGD'];

/**
 * A connected account; undefined where there is none. One that nobody has set counts as verified, so
 * that a test need not set each payee; what ends in `unknown` does not exist.
 */
export function accountWith(ledger: Ledger, id: string): Account | undefined {
  const known = ledger.book(PROVIDER).accounts.get(id);
  if (known !== undefined) return known;
  if (!/^acct_\w+$/.test(id) || id.endsWith('unknown')) return undefined;
  return { accountRef: id, kycStatus: 'APPROVED', updatedAtMs: 0 };
}

/** Throws `Refusal` where a key asks for an account that it cannot reach. */
export function mustReach(ledger: Ledger, id: string): Account {
  const account = accountWith(ledger, id);
  if (account !== undefined) return account;
  const message = `The provided key does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`;
  throw new Refusal({ status: 403, code: 'account_invalid', message });
}

// https://docs.stripe.com/connect/handling-api-verification
const STANDING = {
  APPROVED: { transfers: 'active', submitted: true, reason: null, due: [], pending: [] },
  PENDING: {
    transfers: 'pending',
    submitted: true,
    reason: 'requirements.pending_verification',
    due: [],
    pending: ['individual.verification.document'],
  },
  NOT_STARTED: {
    transfers: 'inactive',
    submitted: false,
    reason: 'requirements.past_due',
    due: ['external_account', 'individual.first_name', 'tos_acceptance.date'],
    pending: [],
  },
  REJECTED: {
    transfers: 'inactive',
    submitted: true,
    reason: 'rejected.other',
    due: [],
    pending: [],
  },
} as const;

/** https://docs.stripe.com/api/accounts/object */
export function accountObject({ accountRef, kycStatus, email, updatedAtMs }: Account) {
  const standing = STANDING[kycStatus];
  const isApproved = kycStatus === 'APPROVED';
  return {
    id: accountRef,
    object: 'account',
    business_type: 'individual',
    capabilities: { transfers: standing.transfers },
    charges_enabled: isApproved,
    country: 'US',
    created: secondsOf(updatedAtMs),
    default_currency: 'usd',
    details_submitted: standing.submitted,
    email: email ?? null,
    metadata: {},
    payouts_enabled: isApproved,
    requirements: {
      alternatives: [],
      current_deadline: null,
      currently_due: standing.due,
      disabled_reason: standing.reason,
      errors: [],
      eventually_due: standing.due,
      past_due: standing.due,
      pending_verification: standing.pending,
    },
    type: 'express',
  };
}

/** https://docs.stripe.com/api/balance. All accounts draw on one pretended balance. */
export function balanceObject(ledger: Ledger, livemode: boolean) {
  const book = ledger.book(PROVIDER);
  const currencies = [...new Set([...USUAL_CURRENCIES, ...book.currencies])];
  const rows = (amountIn: (currency: string) => number) =>
    currencies.map((currency) => {
      const amount = amountIn(currency);
      return { amount, currency: currency.toLowerCase(), source_types: { card: amount } };
    });
  return {
    object: 'balance',
    available: rows((currency) => Number(book.available(currency))),
    livemode,
    pending: rows(() => 0),
  };
}
