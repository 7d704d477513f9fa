/** Skip reasons in two words; the API's sentence says the rest. */
const LABELS: Readonly<Record<string, string>> = {
  below_minimum: 'Below minimum',
  no_account: 'No account',
  kyc_pending: 'KYC pending',
  kyc_rejected: 'KYC rejected',
  payee_hold: 'On hold',
  not_matured: 'Not matured',
  in_flight: 'In a payment',
  currency_mismatch: 'Other currency',
  provider_unsupported: 'Provider cannot',
  amount_out_of_range: 'Too large',
  amount_increment: 'Odd amount',
  negative_balance: 'Clawed back',
  account_changed: 'Account changed',
  risk_hold: 'Risk hold',
};

/** A skip reason for a chip. */
export const reasonLabel = (code: string): string => LABELS[code] ?? code.replaceAll('_', ' ');
