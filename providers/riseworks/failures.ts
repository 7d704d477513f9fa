import type { FailureRule, FailureTable } from '../taxonomy.ts';

const OURS = 'Nothing to do; the sender mends it.';

const halt = (code: string, operator: string): FailureRule => ({
  code,
  retry: 'halt',
  blocksAccount: false,
  payee: OURS,
  operator,
});

const account = (payee: string, operator: string): FailureRule => ({
  code: 'invalid_account',
  retry: 'never',
  blocksAccount: true,
  payee,
  operator,
});

const credentials = halt(
  'invalid_credentials',
  'Check that the wallet key belongs to a wallet of the RiseID, then resume the batch.',
);

const noUser = account(
  'Accept the invitation to Rise, or tell the sender your user id there.',
  'Rise does not know this user in the team; invite the payee or correct the account, then retry.',
);

/**
 * Rise's failure words in ours: those of its guides for payments, sign-in, balances and roles; HTTP
 * statuses where it says no word; and `draft_mismatch`, which is our own check of a draft.
 */
export const RISE_FAILURES: FailureTable = {
  INSUFFICIENT_BALANCE: {
    ...halt('insufficient_funds', 'Add funds to the team at Rise, then resume the batch.'),
    payee: 'Nothing to do; the sender provides the money.',
  },
  INVALID_SIGNATURE: halt(
    'invalid_signature',
    'Rise does not accept the wallet as a signer of the team; check its role, then resume the batch.',
  ),
  TEAM_ROLE_SETTINGS_NOT_FOUND: halt(
    'forbidden',
    'Give the wallet a role in the team that may pay, then resume the batch.',
  ),
  INSUFFICIENT_PERMISSIONS: halt(
    'forbidden',
    'Give the wallet a role in the team that may pay, then resume the batch.',
  ),
  http_403: halt(
    'forbidden',
    'Ask Rise why payments of the team are not allowed for the wallet, then resume the batch.',
  ),
  http_401: credentials,
  SIGNATURE_MISMATCH: credentials,
  INVALID_WALLET: credentials,
  INVALID_RISE_ID: credentials,
  JWT_EXPIRED: credentials,
  draft_mismatch: halt(
    'draft_mismatch',
    'Rise asked to sign something else than was ordered, so nothing was signed; ask Rise, then resume the batch.',
  ),
  INVALID_RECIPIENT: noUser,
  USER_NOT_FOUND: noUser,
  http_404: noUser,
  http_400: {
    code: 'provider_rejected',
    retry: 'never',
    blocksAccount: false,
    payee: 'Contact the sender.',
    operator: 'Rise calls the payment invalid without a reason; ask Rise, then retry.',
  },
  EXPIRED_TYPED_DATA: {
    code: 'temporary_failure',
    retry: { afterMs: 60_000, times: null },
    blocksAccount: false,
    payee: 'Nothing to do; it is tried again.',
    operator:
      'The signature came too late and can pay nothing any more; a new one is made by itself.',
  },
  removed: {
    code: 'cancelled_at_provider',
    retry: 'never',
    blocksAccount: false,
    payee: 'Nothing to do; the sender decides whether to pay again.',
    operator:
      'Rise cancelled or failed the payment; find out there why, then retry it if it is due.',
  },
};
