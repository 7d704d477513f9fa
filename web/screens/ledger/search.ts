import { oneOf, present, textOf, type Search } from '../../lib/search.ts';

export const LEDGER_VIEWS = ['accounts', 'entries', 'checks'] as const;
export type LedgerView = (typeof LEDGER_VIEWS)[number];

/** Which lines of the books are shown. */
export interface LineSearch {
  account?: string | undefined;
  currency?: string | undefined;
  batchId?: string | undefined;
  paymentId?: string | undefined;
  /** Days in UTC; the last one counts too. */
  from?: string | undefined;
  until?: string | undefined;
}

/** What the screen shows. */
export interface LedgerSearch extends LineSearch {
  view?: LedgerView | undefined;
}

const matching = (value: unknown, pattern: RegExp): string | undefined => {
  const text = textOf(value);
  return text !== undefined && pattern.test(text) ? text : undefined;
};

const DAY = /^\d{4}-\d\d-\d\d$/;

export const readLedgerSearch = (search: Search): LedgerSearch =>
  present({
    view: oneOf(search['view'], LEDGER_VIEWS),
    account: matching(search['account'], /^\w+(\/(\w+|\*))?$/),
    currency: matching(search['currency'], /^[A-Z]{3}$/),
    batchId: textOf(search['batchId']),
    paymentId: textOf(search['paymentId']),
    from: matching(search['from'], DAY),
    until: matching(search['until'], DAY),
  });
