import { hc } from 'hono/client';
import type { syncAccounts } from '../../../api/routes/accounts/sync.ts';
import type { listProviders } from '../../../api/routes/providers/list.ts';
import { clientOptions, type AnswerOf, type Group } from '../../lib/api.ts';

export const providerApi = hc<Group<typeof listProviders | typeof syncAccounts>>('/', clientOptions)
  .api.disbursement;

/** A provider as it stands just now. */
export type Provider = AnswerOf<typeof providerApi.providers.$get>['providers'][number];
