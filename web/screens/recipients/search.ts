import { oneOf, present, textOf, type Search } from '../../lib/search.ts';
import { PROVIDER_NAMES, type ProviderName } from '../../lib/words.ts';

export const KYC_CHOICES = ['APPROVED', 'PENDING', 'NOT_STARTED', 'REJECTED', 'NONE'] as const;
/** What a list of recipients is narrowed to, beside the state of their accounts. */
export const STANDINGS = ['owed', 'held', 'suspended'] as const;

/** What the list of recipients shows. */
export interface RecipientsSearch {
  q?: string | undefined;
  kyc?: (typeof KYC_CHOICES)[number] | undefined;
  provider?: ProviderName | undefined;
  standing?: (typeof STANDINGS)[number] | undefined;
}

export const readRecipientsSearch = (search: Search): RecipientsSearch =>
  present({
    q: textOf(search['q']),
    kyc: oneOf(search['kyc'], KYC_CHOICES),
    provider: oneOf(search['provider'], PROVIDER_NAMES),
    standing: oneOf(search['standing'], STANDINGS),
  });
