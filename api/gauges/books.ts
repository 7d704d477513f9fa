import type { Db } from '../../db/client.ts';
import {
  countDifferences,
  readBookBalances,
  readSeenBalances,
} from '../../db/queries/gauges/books.ts';
import type { MakeGauge, Theme } from './theme.ts';

/** The books, the providers' balances, and where the two differ. */
export function bookGauges(db: Db, gauge: MakeGauge): Theme {
  const ledger = gauge(
    'bursar_ledger_balance_minor',
    'Debit less credit of an account of the ledger, in minor units.',
    ['account', 'currency'],
  );
  const provider = gauge(
    'bursar_provider_balance_minor',
    'Balance at the provider as the last reconciliation was told it, in minor units.',
    ['provider', 'currency'],
  );
  const age = gauge(
    'bursar_reconciliation_age_seconds',
    'Time since the last reconciliation of the provider ended.',
    ['provider'],
  );
  const differences = gauge(
    'bursar_reconciliation_differences',
    'Differences with the provider that nobody has resolved.',
    ['provider', 'kind'],
  );
  return {
    name: 'books',
    everyMs: 60_000,
    gauges: [ledger, provider, age, differences],
    async read() {
      const [balances, seen, open] = await Promise.all([
        readBookBalances(db),
        readSeenBalances(db),
        countDifferences(db),
      ]);
      return () => {
        for (const { account, currency, minor } of balances)
          ledger.set({ account, currency }, minor);
        for (const row of seen) {
          age.set({ provider: row.provider }, row.age_seconds);
          if (row.currency !== null && row.minor !== null)
            provider.set({ provider: row.provider, currency: row.currency }, row.minor);
        }
        for (const { count, ...labels } of open) differences.set(labels, count);
      };
    },
  };
}
