import type { AffiliateMapping, CommissionMapping } from './mapping.ts';

/**
 * Partners of PartnerStack, by the headers of its own CSV for partners (`partner_first`,
 * `partner_last`, `partner_email`, `partner_key`):
 * https://support.partnerstack.com/hc/en-us/articles/360009012554-Importing-Historical-Data-into-PartnerStack,
 * and by the fields of its API. The headers of its exports are written down nowhere that was found: an
 * export is a report whose columns are chosen there
 * (https://docs.partnerstack.com/docs/exporting-reports-via-the-partnerstack-api).
 */
export const partnerstackAffiliates: AffiliateMapping = {
  source: 'partnerstack',
  headers: {
    external_id: ['partner_key', 'partnership_key', 'key'],
    email: ['partner_email', 'email', 'owner_email'],
    full_name: ['partner_name', 'name', 'partner'],
    first_name: ['partner_first', 'partner_first_name', 'first_name'],
    last_name: ['partner_last', 'partner_last_name', 'last_name'],
    country: ['partner_country', 'country', 'address_country', 'country_code'],
    currency: ['currency'],
  },
};

/**
 * Rewards of PartnerStack, by the fields of its API's reward, whose amounts are cents:
 * https://fivetran.com/docs/connectors/applications/partnerstack-vendor/connector-schema lists them and
 * `apps/web/lib/partnerstack/schemas.ts` of https://github.com/dubinc/dub the states. A payment status
 * (available, in_transit, withdrawn, paid_externally, …) means that PartnerStack has the money already:
 * https://raw.githubusercontent.com/api-evangelist/partnerstack/refs/heads/main/openapi/partnerstack-rewards-api-openapi.yml.
 */
export const partnerstackCommissions: CommissionMapping = {
  source: 'partnerstack',
  headers: {
    external_id: ['reward_key', 'key', 'id'],
    affiliate_external_id: ['partner_key', 'partnership_key', 'partnership_partner_key'],
    affiliate_email: ['partner_email', 'partnership_email', 'email'],
    amount: ['amount', 'reward_amount'],
    currency: ['currency', 'reward_currency'],
    status: ['reward_status', 'status'],
    earned_at: ['created_at', 'reward_created_at', 'created'],
    paid: ['payment_status'],
    paid_at: ['invoice_payment_date', 'payment_date', 'paid_at'],
    description: ['description', 'reward_description'],
  },
  statuses: {
    approved: 'payable',
    hold: 'waiting',
    pending: 'waiting',
    scheduled: 'waiting',
    paid: 'paid',
    declined: 'void',
  },
};
