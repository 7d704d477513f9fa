import type { AffiliateMapping, CommissionMapping } from './mapping.ts';

/**
 * Partners of Dub, by the columns of its export (`ID`, `Name`, `Email`, `Country`, `Status`, …):
 * `exportPartnerColumns` in `apps/web/lib/zod/schemas/partners.ts` of https://github.com/dubinc/dub.
 */
export const dubAffiliates: AffiliateMapping = {
  source: 'dub',
  headers: {
    external_id: ['id'],
    email: ['email'],
    full_name: ['name'],
    country: ['country'],
    currency: ['currency'],
  },
};

/**
 * Commissions of Dub, by the columns of its export: `COMMISSION_EXPORT_COLUMNS` in
 * `apps/web/lib/zod/schemas/commissions.ts` of https://github.com/dubinc/dub. `Earnings` is what the
 * partner gets, `Amount` the sale. `Partner ID` and `Partner email` are there only where they were
 * chosen for the export; one of them is needed. Older exports hold whole cents, later ones text like
 * `$12.50`. `pending` is in no payout yet and may be within a holding period; `processed` is in a
 * payout that is not paid. States: `CommissionStatus` in `packages/prisma/schema/commission.prisma`.
 */
export const dubCommissions: CommissionMapping = {
  source: 'dub',
  headers: {
    external_id: ['id'],
    affiliate_external_id: ['partner_id'],
    affiliate_email: ['partner_email'],
    amount: ['earnings'],
    currency: ['currency'],
    status: ['status'],
    earned_at: ['created_at'],
    paid_at: ['paid_at'],
    description: ['description'],
  },
  statuses: {
    processed: 'payable',
    pending: 'waiting',
    hold: 'waiting',
    paid: 'paid',
    refunded: 'void',
    duplicate: 'void',
    fraud: 'void',
    canceled: 'void',
  },
};
