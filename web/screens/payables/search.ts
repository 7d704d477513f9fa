import { amountIn, oneOf, present, textOf, type Search } from '../../lib/search.ts';
import { PROVIDER_NAMES, type ProviderName } from '../../lib/words.ts';

/** What the list of payables shows. */
export interface PayablesSearch {
  currency?: string | undefined;
  provider?: ProviderName | undefined;
  /** Only who can be paid now, or only who cannot. */
  show?: 'ready' | 'blocked' | undefined;
  /** In minor units, of whatever currency a row has. */
  minAmount?: number | undefined;
  q?: string | undefined;
}

export const readPayablesSearch = (search: Search): PayablesSearch =>
  present({
    currency: textOf(search['currency']),
    provider: oneOf(search['provider'], PROVIDER_NAMES),
    show: oneOf(search['show'], ['ready', 'blocked'] as const),
    minAmount: amountIn(search['minAmount']),
    q: textOf(search['q']),
  });
