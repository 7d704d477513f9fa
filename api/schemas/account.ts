import { z } from '@hono/zod-openapi';
import type { AccountWithShares } from '../../db/queries/accounts.ts';
import { detailsProblem, maskDetails } from '../../domain/account-details.ts';
import { iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const kycStatus = z.enum(['NOT_STARTED', 'PENDING', 'APPROVED', 'REJECTED']);

/** Details as callers give them. What is wrong with them is said without any of their text. */
export const detailsIn = z
  .record(z.string(), z.unknown())
  .superRefine((details, context) => {
    const problem = detailsProblem(details);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({
    description: 'What the provider needs beyond the reference. Encrypted, and answered masked.',
  });

export const accountOut = z
  .object({
    id: z.string(),
    affiliateId: z.string(),
    provider: z.string(),
    accountRef: z.string(),
    email: z.string().nullable(),
    details: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'Masked: of sensitive values only the last characters.' }),
    channelCode: z.string().nullable(),
    sharedWith: z
      .int()
      .meta({ description: 'How many other affiliates are paid to the same destination.' }),
    blockedCode: z
      .string()
      .nullable()
      .meta({ description: 'Why nothing is sent to it until it changes: a failure code.' }),
    kycStatus,
    canReceivePayments: z.boolean(),
    createdAt: timeOut,
    changedAt: timeOut,
    verifiedAt: timeOrNull,
    syncedAt: timeOrNull,
  })
  .meta({ id: 'Account' });

/** An account as answers show it; its details only masked. */
export const toAccount = (row: AccountWithShares): z.infer<typeof accountOut> => ({
  id: row.id,
  affiliateId: row.payeeId,
  provider: row.provider,
  accountRef: row.accountRef,
  email: row.email,
  details: row.detailsMasked ?? (row.details && maskDetails(row.details)),
  channelCode: row.channelCode,
  sharedWith: row.sharedWith,
  blockedCode: row.blockedCode,
  kycStatus: row.kycStatus,
  canReceivePayments: row.kycStatus === 'APPROVED',
  createdAt: iso(row.createdAt),
  changedAt: iso(row.changedAt),
  verifiedAt: isoOrNull(row.verifiedAt),
  syncedAt: isoOrNull(row.syncedAt),
});
