import { hc } from 'hono/client';
import type { createAffiliates } from '../../../api/routes/affiliates/create.ts';
import type { listAffiliatesRoute } from '../../../api/routes/affiliates/list.ts';
import type { placeHoldRoute } from '../../../api/routes/holds/place.ts';
import { clientOptions, type Group } from '../../lib/api.ts';

/** What the list of recipients asks. */
export const recipientsApi = hc<
  Group<typeof listAffiliatesRoute | typeof createAffiliates | typeof placeHoldRoute>
>('/', clientOptions).api.disbursement;
