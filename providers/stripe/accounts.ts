import type { AccountNews, AccountState, KycStatus } from '../port.ts';
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
  const state = readState(answer.value, method, accountRef);
  if (state === null) throw unreadable();
  return state;
}

/** What an account says of itself; null where it is another one, or not readable. */
function readState(value: unknown, method: StripeMethod, accountRef: string): AccountState | null {
  const parsed = accountSchema.safeParse(value);
  if (!parsed.success || parsed.data.id !== accountRef) return null;
  const email = parsed.data.email ?? null;
  return { accountRef, kycStatus: standing(parsed.data, method), email };
}

/** An event as far as it tells of a connected account. */
interface AccountEvent {
  type: string;
  /** The connected account that it is about. */
  accountRef: string;
  /** In whole seconds. */
  created: number;
  object: unknown;
}

/**
 * What an event of a connected account says about it (docs.stripe.com/connect/webhooks): null where
 * that is nothing, `unreadable` where its object is not that account.
 *
 * `capability.updated` is left alone: it shows one capability and not why an account is disabled.
 * `account.updated` comes for every change of status or property (docs.stripe.com/api/events/types).
 */
export function readAccountEvent(
  { type, accountRef, created, object }: AccountEvent,
  method: StripeMethod,
): AccountNews | 'unreadable' | null {
  const toldAt = new Date(created * 1_000 + 999);
  if (type === 'account.updated') {
    const state = readState(object, method, accountRef);
    return state ? { ...state, toldAt } : 'unreadable';
  }
  // Its object is the application, so the account is only named. The platform cannot pay it any more,
  // yet nobody has rejected the payee, who may connect it again: it waits, as an unverified one does.
  if (type === 'account.application.deauthorized')
    return { accountRef, kycStatus: 'PENDING', email: null, toldAt };
  return null;
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
