import { oneOf, present, textOf, type Search } from '../../lib/search.ts';
import type { Batch, Payment } from '../../lib/queries.ts';
import {
  BATCH_STATES,
  PAYMENT_STATES,
  PROVIDER_NAMES,
  type ProviderName,
} from '../../lib/words.ts';

/** What the list of batches shows. */
export interface BatchesSearch {
  status?: Batch['status'] | undefined;
  provider?: ProviderName | undefined;
  currency?: string | undefined;
  q?: string | undefined;
}

export const readBatchesSearch = (search: Search): BatchesSearch =>
  present({
    status: oneOf(search['status'], BATCH_STATES),
    provider: oneOf(search['provider'], PROVIDER_NAMES),
    currency: textOf(search['currency']),
    q: textOf(search['q']),
  });

export const BATCH_TABS = [
  'items',
  'chunks',
  'approvals',
  'excluded',
  'ledger',
  'webhooks',
  'audit',
] as const;
export type BatchTab = (typeof BATCH_TABS)[number];

/** What the screen of one batch shows. */
export interface BatchSearch {
  tab?: BatchTab | undefined;
  status?: Payment['status'] | undefined;
  /** The payment whose drawer is open. */
  payment?: string | undefined;
}

export const readBatchSearch = (search: Search): BatchSearch =>
  present({
    tab: oneOf(search['tab'], BATCH_TABS),
    status: oneOf(search['status'], PAYMENT_STATES),
    payment: textOf(search['payment']),
  });
