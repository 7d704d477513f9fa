export const ACCOUNT_TYPES = ['asset', 'liability', 'revenue', 'expense'] as const;
export type AccountType = (typeof ACCOUNT_TYPES)[number];

/**
 * The accounts of the books, by name or, where each provider has one of its own
 * (`provider_clearing/mock`), by what stands before the slash. Assets and expenses grow by debits,
 * liabilities and revenue by credits.
 */
const TYPE_OF: Readonly<Record<string, AccountType>> = {
  /** What payees have earned by commissions. */
  commission_expense: 'expense',
  /** Debts of payees that were written off. */
  bad_debt_expense: 'expense',
  /** What is owed to payees and not yet paid. */
  payee_payable: 'liability',
  /** Money at a provider. How it came there is in no entry, so what was paid shows as a credit. */
  provider_clearing: 'asset',
  /** Parts of payments that came back, of which nobody has decided yet whose they are. */
  returned: 'liability',
  /** Money held for others. It comes in outside these books, so what was released shows as a debit. */
  escrow_liability: 'liability',
  /** The platform's fees on what escrows released. */
  platform_revenue: 'revenue',
  /** Tax that was withheld and is to be handed on. */
  tax_payable: 'liability',
};

/** The type of an account of the ledger; null for a name that is none of ours. */
export function accountType(account: string): AccountType | null {
  const [name = ''] = account.split('/');
  return Object.hasOwn(TYPE_OF, name) ? (TYPE_OF[name] ?? null) : null;
}
