import type { NewBatchSearch } from './search.ts';

/** What preview and creation are both asked: the same words, so that they mean the same. */
export interface BatchRequest {
  currency: string;
  provider?: NewBatchSearch['provider'];
  affiliateIds?: string[];
  q?: string;
  minAmount?: number;
  from?: string;
  to?: string;
}

export const DEFAULT_CURRENCY = 'USD';

export const requestOf = (
  { currency = DEFAULT_CURRENCY, provider, from, to, q, minAmount }: NewBatchSearch,
  picked: readonly string[],
): BatchRequest => ({
  currency,
  ...(provider && { provider }),
  ...(picked.length > 0 && { affiliateIds: [...picked] }),
  ...(q !== undefined && { q }),
  ...(minAmount !== undefined && { minAmount }),
  ...(from && { from }),
  ...(to && { to }),
});
