import { z } from '@hono/zod-openapi';
import type { findAffiliate } from '../../db/queries/affiliates.ts';
import { iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

/** What every answer about one affiliate says of it. */
export const affiliateFields = {
  id: z.string(),
  externalId: z.string(),
  fullName: z.string(),
  email: z.string(),
  country: z.string(),
  currency: z.string(),
  groupName: z.string().nullable(),
  language: z.string(),
  suspendedAt: timeOrNull,
  suspendedReason: z.string().nullable(),
  createdAt: timeOut,
};

type AffiliateRow = NonNullable<Awaited<ReturnType<typeof findAffiliate>>>;

/** An affiliate as every answer about it shows it. */
export const toAffiliate = (row: AffiliateRow) => ({
  id: row.id,
  externalId: row.externalId,
  fullName: row.fullName,
  email: row.email,
  country: row.country,
  currency: row.currency,
  groupName: row.groupName,
  language: row.language,
  suspendedAt: isoOrNull(row.suspendedAt),
  suspendedReason: row.suspendedReason,
  createdAt: iso(row.createdAt),
});
