import { MOCK_FAILURES } from './mock/failures.ts';
import type { ProviderName } from './port.ts';
import { RISE_FAILURES } from './riseworks/failures.ts';
import { STRIPE_FAILURES } from './stripe/failures.ts';
import { ruleOf, unknownFailure, type FailureRule, type FailureTable } from './taxonomy.ts';
import { XENDIT_FAILURES } from './xendit/failures.ts';

/** Every provider's failure words, whether it is configured here or not. */
export const FAILURE_TABLES: Readonly<Partial<Record<ProviderName, FailureTable>>> = {
  mock: MOCK_FAILURES,
  xendit: XENDIT_FAILURES,
  riseworks: RISE_FAILURES,
  stripe: STRIPE_FAILURES,
};

/** What a provider's failure word means and what helps; `given` are words that come from settings. */
export function explainFailure(
  provider: string,
  providerCode: string,
  given?: FailureTable,
): FailureRule {
  const table = given ?? Object.entries(FAILURE_TABLES).find(([name]) => name === provider)?.[1];
  return table ? ruleOf(table, providerCode) : unknownFailure(providerCode);
}
