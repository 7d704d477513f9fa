import type { AffiliateMapping, CommissionMapping } from './mapping.ts';

/**
 * Partners of Rewardful, by the fields of its affiliate object:
 * https://developers.rewardful.com/rest-api/affiliates/object. Its own CSV columns for affiliates
 * (`first_name`, `last_name`, `email`) stand in
 * https://help.rewardful.com/en/articles/1988486-how-do-i-import-data-into-rewardful. The headers of the
 * dashboard's export are written down nowhere that was found; likely ones are taken as well.
 */
export const rewardfulAffiliates: AffiliateMapping = {
  source: 'rewardful',
  headers: {
    external_id: ['id', 'affiliate_id'],
    email: ['email', 'affiliate_email'],
    full_name: ['name', 'full_name', 'affiliate_name', 'affiliate'],
    first_name: ['first_name', 'affiliate_first_name'],
    last_name: ['last_name', 'affiliate_last_name'],
    country: ['country', 'country_code'],
    currency: ['currency'],
  },
};

/**
 * Commissions of Rewardful, by the fields of its commission object, whose amounts are cents and whose
 * states are pending, due, paid and voided: https://developers.rewardful.com/rest-api/commissions/object
 * and https://developers.rewardful.com/rest-api/commissions/list. A pending one has the day on which
 * it is due.
 */
export const rewardfulCommissions: CommissionMapping = {
  source: 'rewardful',
  headers: {
    external_id: ['id', 'commission_id'],
    affiliate_external_id: ['affiliate_id', 'sale_affiliate_id'],
    affiliate_email: ['affiliate_email', 'sale_affiliate_email', 'email'],
    amount: ['amount', 'commission', 'commission_amount'],
    currency: ['currency'],
    status: ['state', 'status'],
    earned_at: ['created_at', 'created', 'date'],
    available_at: ['due_at', 'due', 'due_date'],
    paid_at: ['paid_at', 'paid'],
  },
  statuses: { due: 'payable', pending: 'waiting', paid: 'paid', voided: 'void' },
};
