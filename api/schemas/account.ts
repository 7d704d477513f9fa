import { z } from '@hono/zod-openapi';
import type { AccountRow } from '../../db/queries/accounts.ts';
import { iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const kycStatus = z.enum(['NOT_STARTED', 'PENDING', 'APPROVED', 'REJECTED']);

export const accountOut = z
  .object({
    id: z.string(),
    affiliateId: z.string(),
    provider: z.string(),
    accountRef: z.string(),
    email: z.string().nullable(),
    kycStatus,
    canReceivePayments: z.boolean(),
    createdAt: timeOut,
    changedAt: timeOut,
    verifiedAt: timeOrNull,
    syncedAt: timeOrNull,
  })
  .meta({ id: 'Account' });

/** An account as answers show it. Its details may hold bank data and stay here. */
export const toAccount = (row: AccountRow): z.infer<typeof accountOut> => ({
  id: row.id,
  affiliateId: row.payeeId,
  provider: row.provider,
  accountRef: row.accountRef,
  email: row.email,
  kycStatus: row.kycStatus,
  canReceivePayments: row.kycStatus === 'APPROVED',
  createdAt: iso(row.createdAt),
  changedAt: iso(row.changedAt),
  verifiedAt: isoOrNull(row.verifiedAt),
  syncedAt: isoOrNull(row.syncedAt),
});
