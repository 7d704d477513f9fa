import { present } from '../../lib/search.ts';
import type { NewBatchSearch } from '../new-batch/search.ts';
import { affiliateOf, currencyOf } from './columns.tsx';
import type { PayablesSearch } from './search.ts';

/** The payees that were picked, also those whom the filters do not show any more. */
export interface ChosenPayees {
  affiliateIds: readonly string[];
  currencies: readonly string[];
}

export const chosenOf = (picked: ReadonlySet<string>): ChosenPayees => ({
  affiliateIds: [...new Set([...picked].map(affiliateOf))],
  currencies: [...new Set([...picked].map(currencyOf))],
});

/** All that match, as the preview asks for them: the server works out who that is. */
export const matchingOf = (
  { provider, q, minAmount }: PayablesSearch,
  currency: string | undefined,
): NewBatchSearch => present({ currency, provider, q, minAmount });
