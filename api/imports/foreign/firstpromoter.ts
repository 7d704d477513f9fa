import type { AffiliateMapping, CommissionMapping } from './mapping.ts';

/**
 * Promoters of FirstPromoter, by the fields of its API's promoter:
 * https://docs.firstpromoter.com/api-reference-v1/rewards-api/create (`id`, `email`) and
 * `apps/web/lib/firstpromoter/schemas.ts` of https://github.com/dubinc/dub (`name`, `profile.country`).
 * The headers of the dashboard's export are written down nowhere that was found.
 */
export const firstpromoterAffiliates: AffiliateMapping = {
  source: 'firstpromoter',
  headers: {
    external_id: ['id', 'promoter_id'],
    email: ['email', 'promoter_email'],
    full_name: ['name', 'full_name', 'promoter_name', 'promoter'],
    first_name: ['first_name', 'profile_first_name'],
    last_name: ['last_name', 'profile_last_name'],
    country: ['country', 'profile_country', 'country_code'],
    currency: ['currency'],
  },
};

/**
 * Commissions of FirstPromoter, which its API exports as CSV
 * (https://docs.firstpromoter.com/api-reference-v2/api-affiliate/commissions/export-all-commissions-for-current-promoter.md)
 * without naming the columns; so by the fields of its commission. Amounts are the smallest unit and
 * `unit` is `cash` for money: https://docs.firstpromoter.com/webhooks/reward-created.md. States are
 * pending, approved and denied, and `is_paid` says the rest: `apps/web/lib/firstpromoter/schemas.ts` of
 * https://github.com/dubinc/dub.
 */
export const firstpromoterCommissions: CommissionMapping = {
  source: 'firstpromoter',
  headers: {
    external_id: ['id', 'commission_id', 'reward_id'],
    affiliate_external_id: ['promoter_id'],
    affiliate_email: ['promoter_email', 'promoter'],
    amount: ['amount', 'commission_amount', 'reward_amount'],
    currency: ['currency', 'sale_currency'],
    status: ['status'],
    earned_at: ['created_at', 'created', 'date'],
    paid: ['is_paid', 'paid'],
    paid_at: ['paid_at'],
    unit: ['unit'],
    description: ['external_note'],
  },
  statuses: { approved: 'payable', pending: 'waiting', denied: 'void', paid: 'paid' },
  moneyUnits: ['cash'],
};
