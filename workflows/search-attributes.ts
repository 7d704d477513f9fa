import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';

/** What operators filter workflows by in the Web UI. Registered by the worker at its start. */
export const SEARCH_ATTRIBUTES = {
  status: defineSearchAttributeKey('BursarBatchStatus', 'KEYWORD'),
  provider: defineSearchAttributeKey('BursarProvider', 'KEYWORD'),
  currency: defineSearchAttributeKey('BursarCurrency', 'KEYWORD'),
  createdBy: defineSearchAttributeKey('BursarCreatedBy', 'KEYWORD'),
} as const;

/** The search attributes of a batch's workflow. Ids and words only, no money and no names. */
export const batchSearchAttributes = (batch: {
  status: string;
  provider: string;
  currency: string;
  createdBy: string;
}): SearchAttributePair[] => [
  { key: SEARCH_ATTRIBUTES.status, value: batch.status },
  { key: SEARCH_ATTRIBUTES.provider, value: batch.provider },
  { key: SEARCH_ATTRIBUTES.currency, value: batch.currency },
  { key: SEARCH_ATTRIBUTES.createdBy, value: batch.createdBy },
];
