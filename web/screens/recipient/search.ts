import { oneOf, present, textOf, type Search } from '../../lib/search.ts';
import { PROVIDER_NAMES, type ProviderName } from '../../lib/words.ts';

export const RECIPIENT_TABS = [
  'overview',
  'commissions',
  'payments',
  'statements',
  'terms',
] as const;
export type RecipientTab = (typeof RECIPIENT_TABS)[number];

export const COMMISSION_CHOICES = ['PENDING', 'APPROVED', 'PAID', 'REVERSED'] as const;

/** What the screen of one recipient shows. */
export interface RecipientSearch {
  tab?: RecipientTab | undefined;
  /** By whom paying is judged; the usual provider where none is named. */
  provider?: ProviderName | undefined;
  /** Commissions in that state; else those that are payable. */
  status?: (typeof COMMISSION_CHOICES)[number] | undefined;
  /** The commission that is explained. */
  commission?: string | undefined;
}

export const readRecipientSearch = (search: Search): RecipientSearch =>
  present({
    tab: oneOf(search['tab'], RECIPIENT_TABS),
    provider: oneOf(search['provider'], PROVIDER_NAMES),
    status: oneOf(search['status'], COMMISSION_CHOICES),
    commission: textOf(search['commission']),
  });
