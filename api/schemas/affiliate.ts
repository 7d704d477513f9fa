import { z } from '@hono/zod-openapi';
import { timeOrNull, timeOut } from './common.ts';

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
