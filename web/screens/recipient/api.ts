import { hc } from 'hono/client';
import type { createAccountRoute } from '../../../api/routes/accounts/create.ts';
import type { revealAccount } from '../../../api/routes/accounts/reveal.ts';
import type { updateAccountRoute } from '../../../api/routes/accounts/update.ts';
import type { listAffiliateCommissions } from '../../../api/routes/affiliates/commissions.ts';
import type { forecastRoute } from '../../../api/routes/affiliates/forecast.ts';
import type { getAffiliate } from '../../../api/routes/affiliates/get.ts';
import type { payAffiliate } from '../../../api/routes/affiliates/pay.ts';
import type { updateAffiliate } from '../../../api/routes/affiliates/update.ts';
import type { whyNotPaid } from '../../../api/routes/affiliates/why-not-paid.ts';
import type { explainCommission } from '../../../api/routes/commissions/why.ts';
import type { listDebtsRoute } from '../../../api/routes/debts/list.ts';
import type { writeOffRoute } from '../../../api/routes/debts/write-off.ts';
import type { listHoldsRoute } from '../../../api/routes/holds/list.ts';
import type { placeHoldRoute } from '../../../api/routes/holds/place.ts';
import type { releaseHoldRoute } from '../../../api/routes/holds/release.ts';
import type { affiliateTerms } from '../../../api/routes/rules/affiliate-terms.ts';
import type { listStatementsRoute } from '../../../api/routes/statements/list.ts';
import { clientOptions, type Group } from '../../lib/api.ts';

type Account = typeof createAccountRoute | typeof updateAccountRoute | typeof revealAccount;
type Affiliate =
  | typeof getAffiliate
  | typeof updateAffiliate
  | typeof payAffiliate
  | typeof whyNotPaid
  | typeof forecastRoute
  | typeof affiliateTerms
  | typeof writeOffRoute
  | typeof listStatementsRoute;
type Beside =
  | typeof listAffiliateCommissions
  | typeof explainCommission
  | typeof listDebtsRoute
  | typeof listHoldsRoute
  | typeof placeHoldRoute
  | typeof releaseHoldRoute;

/** Each group is a client of its own, so that their types stay small; what they send is the same. */
export const accountApi = hc<Group<Account>>('/', clientOptions).api.disbursement;
export const affiliateApi = hc<Group<Affiliate>>('/', clientOptions).api.disbursement;
export const besideApi = hc<Group<Beside>>('/', clientOptions).api.disbursement;
