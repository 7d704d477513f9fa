import type { AccountState, KycStatus } from '../port.ts';
import { problemOf, unreadable, type Ask } from './client.ts';
import type { StripeMethod } from './money.ts';
import { accountSchema, type Account } from './wire.ts';

/** Reads connected accounts, a call each; ones that Stripe does not know, or not as ours, are left out. */
export async function syncAccounts(
  ask: Ask,
  method: StripeMethod,
  accountRefs: readonly string[],
): Promise<AccountState[]> {
  const states: AccountState[] = [];
  for (let start = 0; start < accountRefs.length; start += AT_ONCE) {
    const page = accountRefs.slice(start, start + AT_ONCE);
    const known = await Promise.all(page.map((ref) => readAccount(ask, method, ref)));
    states.push(...known.filter((state) => state !== null));
  }
  return states;
}

const AT_ONCE = 20;

async function readAccount(
  ask: Ask,
  method: StripeMethod,
  accountRef: string,
): Promise<AccountState | null> {
  if (!/^acct_\w{1,250}$/.test(accountRef)) return null;
  const answer = await ask((stripe) => stripe.accounts.retrieve(accountRef));
  if (answer.kind === 'error') {
    const { status, code } = answer.error;
    if (status === 404 || code === 'account_invalid' || code === 'resource_missing') return null;
  }
  if (answer.kind !== 'ok') throw problemOf(answer);
  const parsed = accountSchema.safeParse(answer.value);
  if (!parsed.success || parsed.data.id !== accountRef) throw unreadable();
  const email = parsed.data.email ?? null;
  return { accountRef, kycStatus: standing(parsed.data, method), email };
}

/**
 * Whether Stripe lets the account be paid (docs.stripe.com/connect/handling-api-verification): the
 * capability `transfers`, or the older `legacy_payments`; for payouts, that they are enabled.
 */
function standing(account: Account, method: StripeMethod): KycStatus {
  const reason = account.requirements?.disabled_reason ?? '';
  if (reason.startsWith('rejected.')) return 'REJECTED';
  const capabilities = account.capabilities ?? {};
  const mayReceive =
    capabilities['transfers'] === 'active' || capabilities['legacy_payments'] === 'active';
  const isEnabled = method === 'transfer' ? mayReceive : account.payouts_enabled === true;
  if (isEnabled) return 'APPROVED';
  return account.details_submitted === false ? 'NOT_STARTED' : 'PENDING';
}
