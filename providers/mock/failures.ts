import type { FailureTable } from '../taxonomy.ts';

/** The mock provider's failure words in ours. One that is not listed is FAILED and never retried. */
export const MOCK_FAILURES: FailureTable = {
  invalid_recipient: {
    code: 'invalid_account',
    retry: 'never',
    blocksAccount: true,
    payee: 'Check the account details and correct them.',
    operator: 'Ask the payee for correct account details, then retry the payment.',
  },
  recipient_blocked: {
    code: 'account_blocked',
    retry: 'never',
    blocksAccount: true,
    payee: 'Contact your bank, or give another account.',
    operator: 'The account cannot receive money; ask the payee for another one, then retry.',
  },
  amount_out_of_range: {
    code: 'amount_out_of_range',
    retry: 'never',
    blocksAccount: false,
    payee: 'Nothing to do; the sender splits or collects the amount.',
    operator: 'The amount is outside the limits of this provider; pay it another way.',
  },
  temporary_failure: {
    code: 'temporary_failure',
    retry: { afterMs: 3_600_000, times: 3 },
    blocksAccount: false,
    payee: 'Nothing to do; it is tried again within hours.',
    operator: 'It is tried again by itself after an hour, up to three times.',
  },
  insufficient_balance: {
    code: 'insufficient_funds',
    retry: 'halt',
    blocksAccount: false,
    payee: 'Nothing to do; the sender provides the money.',
    operator: 'Top up the balance at the provider, then resume the batch.',
  },
  invalid_api_key: {
    code: 'invalid_credentials',
    retry: 'halt',
    blocksAccount: false,
    payee: 'Nothing to do; the sender mends it.',
    operator: 'Check the API key of the provider, then resume the batch.',
  },
  forbidden: {
    code: 'forbidden',
    retry: 'halt',
    blocksAccount: false,
    payee: 'Nothing to do; the sender mends it.',
    operator: 'Ask the provider to allow payouts for this key, then resume the batch.',
  },
  cancelled: {
    code: 'cancelled_at_provider',
    retry: 'never',
    blocksAccount: false,
    payee: 'Nothing to do; the sender decides whether to pay again.',
    operator:
      'The payment was cancelled at the provider before it was paid; retry it if it is due.',
  },
  returned: {
    code: 'returned',
    retry: 'never',
    blocksAccount: false,
    payee: 'Your bank sent the money back; check the account details.',
    operator: 'The money came back; the commissions are payable again.',
  },
};
