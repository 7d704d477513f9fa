import { amountIn, oneOf, present, textOf, type Search } from '../../lib/search.ts';
import { PROVIDER_NAMES, type ProviderName } from '../../lib/words.ts';

/** Of whom a batch is made. */
export interface NewBatchSearch {
  currency?: string | undefined;
  provider?: ProviderName | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** Only who was picked on the screen before; else everybody who can be paid. */
  picked?: 'yes' | undefined;
  /** Only who has these words in name, e-mail or id. */
  q?: string | undefined;
  /** Only of whom at least so much is payable, in minor units. */
  minAmount?: number | undefined;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const dayOf = (value: unknown): string | undefined =>
  DAY.test(textOf(value) ?? '') ? textOf(value) : undefined;

export const readNewBatchSearch = (search: Search): NewBatchSearch =>
  present({
    currency: textOf(search['currency']),
    provider: oneOf(search['provider'], PROVIDER_NAMES),
    from: dayOf(search['from']),
    to: dayOf(search['to']),
    picked: oneOf(search['picked'], ['yes'] as const),
    q: textOf(search['q']),
    minAmount: amountIn(search['minAmount']),
  });
