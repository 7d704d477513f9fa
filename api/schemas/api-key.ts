import { z } from '@hono/zod-openapi';
import type { ApiKeyRow } from '../../db/queries/api-keys.ts';
import { ROLES } from '../../domain/permissions.ts';
import { iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const apiKeyOut = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    role: z.enum(ROLES),
    createdBy: z.string(),
    createdAt: timeOut,
    expiresAt: timeOrNull,
    revokedAt: timeOrNull,
    lastUsedAt: timeOrNull,
  })
  .meta({ id: 'ApiKey' });

/** A key as answers show it; its hash stays here. */
export const toApiKey = (row: ApiKeyRow): z.infer<typeof apiKeyOut> => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  role: row.role,
  createdBy: row.createdBy,
  createdAt: iso(row.createdAt),
  expiresAt: isoOrNull(row.expiresAt),
  revokedAt: isoOrNull(row.revokedAt),
  lastUsedAt: isoOrNull(row.lastUsedAt),
});
