import type { RouteApp } from '../../http/endpoint.ts';
import { createAffiliates } from './create.ts';
import { forecastRoute } from './forecast.ts';
import { getAffiliate } from './get.ts';
import { listAffiliateCommissions } from './commissions.ts';
import { listAffiliatesRoute } from './list.ts';
import { listPayable } from './payable.ts';
import { payAffiliate } from './pay.ts';
import { updateAffiliate } from './update.ts';
import { whyNotPaid } from './why-not-paid.ts';

/** `payable` stands before `{id}`, which would match it too. */
export const AFFILIATE_ROUTES: readonly RouteApp[] = [
  listAffiliatesRoute,
  listPayable,
  createAffiliates,
  getAffiliate,
  updateAffiliate,
  listAffiliateCommissions,
  payAffiliate,
  whyNotPaid,
  forecastRoute,
];
