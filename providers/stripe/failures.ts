import type { FailureRule, FailureTable } from '../taxonomy.ts';

const HOUR_MS = 3_600_000;

const rule = (code: string, payee: string, operator: string): FailureRule => ({
  code,
  retry: 'never',
  blocksAccount: false,
  payee,
  operator,
});

const badAccount = (code: string, payee: string, operator: string): FailureRule => ({
  ...rule(code, payee, operator),
  blocksAccount: true,
});

const halting = (code: string, operator: string): FailureRule => ({
  ...rule(code, 'Nothing to do; the sender mends it.', `${operator}, then resume the batch.`),
  retry: 'halt',
});

const outOfRange = rule(
  'amount_out_of_range',
  'Nothing to do; the sender splits or collects the amount.',
  'Stripe does not pay this amount in this currency; pay it in parts, or together with the next.',
);

const refusedRequest = rule(
  'request_refused',
  'Contact the sender.',
  'Stripe refuses the request as it is written; look it up in the Stripe dashboard before you retry.',
);

const noTransfers = badAccount(
  'account_not_enabled',
  'Open your Stripe account and give what it asks for.',
  'The connected account may not receive transfers; have its requirements met, then retry.',
);

const noPayouts = badAccount(
  'account_not_enabled',
  'Open your Stripe account and give what it asks for.',
  'Payouts are off for the connected account; have its requirements met, then retry.',
);

const noSuchAccount = badAccount(
  'invalid_account',
  'Connect your Stripe account again.',
  'The connected account does not exist, or no longer belongs to this platform; connect it again.',
);

const wrongBankDetails = badAccount(
  'invalid_account',
  'Check the bank details in your Stripe account and correct them.',
  'The bank does not know the payee by these details; ask for correct ones, then retry.',
);

const blockedBankAccount = badAccount(
  'account_blocked',
  'Contact your bank, or give another bank account in your Stripe account.',
  'The bank account takes no payouts; ask the payee for another one, then retry.',
);

const wrongCurrency = badAccount(
  'currency_not_supported',
  'Add a bank account in this currency to your Stripe account.',
  'The bank account does not take this currency; ask the payee for one that does, then retry.',
);

const badKey = halting('invalid_credentials', 'Check the secret key of Stripe and its mode');

/** Refusals at once (docs.stripe.com/error-codes). */
const AT_ONCE: FailureTable = {
  balance_insufficient: halting('insufficient_funds', 'Top up the Stripe balance'),
  api_key_expired: badKey,
  platform_api_key_expired: badKey,
  secret_key_required: badKey,
  livemode_mismatch: badKey,
  testmode_charges_only: halting('forbidden', 'Activate the Stripe account for live payments'),
  platform_account_required: halting('forbidden', 'Use the key of a Connect platform'),
  account_invalid: noSuchAccount,
  resource_missing: noSuchAccount,
  transfers_not_allowed: noTransfers,
  insufficient_capabilities_for_transfer: noTransfers,
  payouts_not_allowed: noPayouts,
  bank_account_unusable: blockedBankAccount,
  bank_account_unverified: badAccount(
    'account_unverified',
    'Verify the bank account in your Stripe account.',
    'The payee has to verify the bank account at Stripe; retry after that.',
  ),
  amount_too_small: outOfRange,
  amount_too_large: outOfRange,
  invalid_charge_amount_no_decimal_compatible: outOfRange,
  payouts_limit_exceeded: {
    ...rule(
      'provider_limit',
      'Nothing to do; it is tried again tomorrow.',
      'The account has reached its limit of payouts for the day; it is tried again by itself.',
    ),
    retry: { afterMs: 24 * HOUR_MS, times: 3 },
  },
  balance_invalid_parameter: refusedRequest,
  parameter_invalid_empty: refusedRequest,
  parameter_invalid_integer: refusedRequest,
  parameter_invalid_string_blank: refusedRequest,
  parameter_invalid_string_empty: refusedRequest,
  parameter_missing: refusedRequest,
  parameter_unknown: refusedRequest,
  parameters_exclusive: refusedRequest,
};

/** Why a payout did not reach the bank (docs.stripe.com/api/payouts/failures). */
const OF_PAYOUTS: FailureTable = {
  account_closed: blockedBankAccount,
  account_frozen: blockedBankAccount,
  bank_account_restricted: blockedBankAccount,
  debit_not_authorized: blockedBankAccount,
  declined: blockedBankAccount,
  no_account: wrongBankDetails,
  invalid_account_number: wrongBankDetails,
  incorrect_account_holder_name: wrongBankDetails,
  incorrect_account_holder_address: wrongBankDetails,
  incorrect_account_holder_tax_id: wrongBankDetails,
  invalid_currency: wrongCurrency,
  bank_ownership_changed: badAccount(
    'account_changed',
    'Give your new bank account in your Stripe account.',
    'The bank account has moved to another bank; ask the payee for the new one, then retry.',
  ),
  unsupported_card: badAccount(
    'account_not_supported',
    'Give a bank account, or another card, in your Stripe account.',
    'The card takes no payouts; ask the payee for another destination, then retry.',
  ),
  could_not_process: {
    ...rule(
      'temporary_failure',
      'Nothing to do; it is tried again within hours.',
      'The bank could not process the payout; it is tried again by itself, up to three times.',
    ),
    retry: { afterMs: HOUR_MS, times: 3 },
  },
  insufficient_funds: halting(
    'insufficient_funds',
    'Top up the Stripe balance that the payout leaves',
  ),
  payout_failed: rule(
    'provider_rejected',
    'Contact the sender.',
    'The payout failed and Stripe names no reason; look it up in the dashboard, then retry.',
  ),
  canceled: rule(
    'cancelled_at_provider',
    'Nothing to do; the sender decides whether to pay again.',
    'The payout was canceled at Stripe before it was paid; retry it if it is due.',
  ),
};

/** Our words for money that came back: Stripe tells it by a state and no reason. */
const AFTERWARDS: FailureTable = {
  transfer_reversed: rule(
    'returned',
    'Contact the sender; the transfer was called back.',
    'The transfer was reversed; the commissions are payable again.',
  ),
  payout_reversed: rule(
    'returned',
    'Contact the sender; the payout was called back.',
    'The payout was reversed; the commissions are payable again.',
  ),
};

/** Stripe's failure words in ours. One that is not listed is FAILED and never retried. */
export const STRIPE_FAILURES: FailureTable = { ...AT_ONCE, ...OF_PAYOUTS, ...AFTERWARDS };
