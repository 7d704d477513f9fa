import type { FailureRule, FailureTable } from '../taxonomy.ts';

const HOUR_MS = 3_600_000;

const NOTHING_TO_DO = 'Nothing to do; the sender mends it.';

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
  ...rule(code, NOTHING_TO_DO, `${operator}, then resume the batch.`),
  retry: 'halt',
});

const outOfRange = rule(
  'amount_out_of_range',
  'Nothing to do; the sender splits or collects the amount.',
  'The amount is outside the limits of this channel; pay it in parts or to another channel.',
);

const refusedRequest = rule(
  'request_refused',
  'Contact the sender.',
  'Xendit refuses the request as it is written; check the details of the account, then retry.',
);

const compliance = rule(
  'compliance_rejected',
  'Contact the sender; the payment did not pass a check.',
  'Xendit’s compliance team stopped the payment; settle it with them before you retry.',
);

const AT_ONCE: FailureTable = {
  API_VALIDATION_ERROR: refusedRequest,
  INVALID_VALUE_ERROR: refusedRequest,
  INVALID_QUOTE: refusedRequest,
  DATA_NOT_FOUND: refusedRequest,
  CHANNEL_CODE_NOT_SUPPORTED: badAccount(
    'channel_not_supported',
    'Give an account at another bank or wallet.',
    'Xendit does not pay to this channel; correct the channel code of the account, then retry.',
  ),
  RECIPIENT_ACCOUNT_NUMBER_ERROR: badAccount(
    'invalid_account',
    'Check the account number and correct it.',
    'The account number does not fit its channel; ask the payee for it, then retry.',
  ),
  MINIMUM_TRANSFER_LIMIT_ERROR: outOfRange,
  MAXIMUM_TRANSFER_LIMIT_ERROR: outOfRange,
  AMOUNT_INCREMENT_NOT_SUPPORTED: rule(
    'amount_increment',
    'Nothing to do; the sender corrects the amount.',
    'The amount does not fit the steps of this channel; pay another amount or another way.',
  ),
  INVALID_API_KEY: halting('invalid_credentials', 'Check the API key of this currency'),
  REQUEST_FORBIDDEN_ERROR: halting(
    'forbidden',
    'Give the API key the permission to write money out, or ask Xendit to allow payouts',
  ),
  INVALID_MERCHANT_SETTINGS: halting(
    'forbidden',
    'Ask Xendit to activate payouts in this currency for your business',
  ),
};

const LATER: FailureTable = {
  INSUFFICIENT_BALANCE: {
    ...halting('insufficient_funds', 'Top up the balance of this currency at Xendit'),
    payee: 'Nothing to do; the sender provides the money.',
  },
  TEMPORARY_TRANSFER_ERROR: {
    ...rule(
      'temporary_failure',
      'Nothing to do; it is tried again within hours.',
      'The networks of the bank had a passing fault; it is tried again by itself after an hour, up to three times.',
    ),
    retry: { afterMs: HOUR_MS, times: 3 },
  },
  REJECTED_BY_CHANNEL: {
    ...rule(
      'rejected_by_bank',
      'Check that your account is active and takes this currency.',
      'The bank did not credit the account; it is tried once more after an hour. Then check the account with the payee before you retry.',
    ),
    retry: { afterMs: HOUR_MS, times: 1 },
  },
  INVALID_DESTINATION: badAccount(
    'invalid_account',
    'Check the account details and correct them.',
    'The account does not exist; ask the payee for correct details, then retry.',
  ),
  ACCOUNT_NAME_MISMATCH: badAccount(
    'account_name_mismatch',
    'Give the name of the account holder exactly as your bank has it.',
    'The holder’s name is not the one that the bank has; correct it, then retry.',
  ),
  DESTINATION_MAXIMUM_LIMIT: rule(
    'destination_limit',
    'Your account cannot take this amount; raise its limit or give another account.',
    'The account cannot take this amount; pay it in parts or to another account.',
  ),
  TRANSFER_ERROR: rule(
    'transfer_error',
    'Check the account details.',
    'Xendit cannot carry the payment out, mostly for fields that are wrong; check the details of the account, then retry.',
  ),
  SLS_SENDER: {
    ...compliance,
    code: 'compliance_sender',
    operator: 'A screening list names the sender; settle it with Xendit’s compliance team.',
  },
  SLS_RECIPIENT: {
    ...compliance,
    code: 'compliance_recipient',
    blocksAccount: true,
    operator:
      'A screening list names the recipient; pay nothing to this account before it is settled with Xendit’s compliance team.',
  },
};

/** Statuses that end a payout and mostly come without a failure code. */
const BY_STATUS: FailureTable = {
  FAILED: rule(
    'failed_at_provider',
    'Contact the sender.',
    'Xendit tells no reason; look the payout up in its dashboard, then retry.',
  ),
  REJECTED: compliance,
  COMPLIANCE_REJECTED: compliance,
  EXPIRED: rule(
    'expired',
    'The time to collect the money has passed; ask the sender to pay again.',
    'The money was not collected in time and is back in the balance; retry it if it is due.',
  ),
  CANCELLED: rule(
    'cancelled_at_provider',
    'Nothing to do; the sender decides whether to pay again.',
    'The payout was cancelled at Xendit before it was paid; retry it if it is due.',
  ),
  REVERSED: rule(
    'returned',
    'Your bank sent the money back; check the account details.',
    'The money came back, mostly for an invalid or dormant account; the commissions are payable again.',
  ),
};

/**
 * Xendit's failure words in ours: error codes of a request, failure codes of a payout, and statuses
 * that end it (documentation: create payout v2 and v3, payout status lifecycle). A word that is not
 * listed is FAILED and never retried; Xendit says that new ones may appear.
 */
export const XENDIT_FAILURES: FailureTable = { ...AT_ONCE, ...LATER, ...BY_STATUS };
