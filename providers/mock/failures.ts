import type { Failure } from '../../domain/outcome.ts';

interface Remedy {
  code: string;
  payee: string;
  operator: string;
}

/** The mock provider's failure words in ours. One that is not listed is FAILED and never retried. */
const TABLE: Record<string, Remedy> = {
  invalid_recipient: {
    code: 'invalid_account',
    payee: 'Check the account details and correct them.',
    operator: 'Ask the payee for correct account details, then retry the payment.',
  },
  recipient_blocked: {
    code: 'account_blocked',
    payee: 'Contact your bank, or give another account.',
    operator: 'The account cannot receive money; ask the payee for another one, then retry.',
  },
  amount_out_of_range: {
    code: 'amount_out_of_range',
    payee: 'Nothing to do; the sender splits or collects the amount.',
    operator: 'The amount is outside the limits of this provider; pay it another way.',
  },
  cancelled: {
    code: 'cancelled_at_provider',
    payee: 'Nothing to do; the sender decides whether to pay again.',
    operator:
      'The payment was cancelled at the provider before it was paid; retry it if it is due.',
  },
  returned: {
    code: 'returned',
    payee: 'Your bank sent the money back; check the account details.',
    operator: 'The money came back; the commissions are payable again.',
  },
};

/** What a failure word of the mock provider means, with what payee and operator can do. */
export function mockFailure(providerCode: string): Failure {
  const known = TABLE[providerCode];
  return {
    code: known?.code ?? 'provider_rejected',
    providerCode,
    payeeRemedy: known?.payee ?? 'Contact the sender.',
    operatorRemedy:
      known?.operator ?? `Ask the provider what "${providerCode.slice(0, 60)}" means, then retry.`,
  };
}
