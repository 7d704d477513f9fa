import { z } from '@hono/zod-openapi';
import type { ApiKeyRow } from '../../db/queries/api-keys.ts';
import { plainNetwork } from '../../domain/network.ts';
import { PERMISSIONS, ROLES } from '../../domain/permissions.ts';
import { iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

const CIDRS_MAX = 100;

/** The permissions that a key may use, each once. */
export const scopesIn = z
  .array(z.enum(PERMISSIONS))
  .min(1)
  .refine((scopes) => new Set(scopes).size === scopes.length, 'names a permission twice')
  .meta({ description: 'What alone it may use of its role.' });

/** Networks as a person writes them, IPv4 or IPv6, kept in their one form. */
export const cidrsIn = z
  .array(
    z
      .string()
      .max(64)
      .transform((text, context) => {
        const network = plainNetwork(text);
        if (network !== null) return network;
        context.addIssue({ code: 'custom', message: 'must be a network, like 203.0.113.0/24' });
        return z.NEVER;
      })
      .meta({ type: 'string', example: '203.0.113.0/24' }),
  )
  .max(CIDRS_MAX)
  .meta({ description: 'The networks that it works from; any where there are none.' });

const shape = {
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  role: z.enum(ROLES),
  scopes: z.array(z.enum(PERMISSIONS)).nullable(),
  cidrs: z.array(z.string()),
  owner: z.string().nullable().meta({ description: 'Whose rights it never exceeds.' }),
  rotatedFrom: z.string().nullable(),
  createdBy: z.string(),
  createdAt: timeOut,
  expiresAt: timeOrNull,
  revokedAt: timeOrNull,
  frozenAt: timeOrNull,
  frozenReason: z.string().nullable(),
  lastUsedAt: timeOrNull,
};

export const apiKeyOut = z.object(shape).meta({ id: 'ApiKey' });

/** A key with its secret, which is answered once. */
export const newApiKeyOut = z.object({ ...shape, key: z.string() }).meta({ id: 'NewApiKey' });

/** A key as answers show it; its hash stays here. */
export const toApiKey = (row: ApiKeyRow): z.infer<typeof apiKeyOut> => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  role: row.role,
  scopes: row.scopes,
  cidrs: row.cidrs,
  owner: row.owner,
  rotatedFrom: row.rotatedFrom,
  createdBy: row.createdBy,
  createdAt: iso(row.createdAt),
  expiresAt: isoOrNull(row.expiresAt),
  revokedAt: isoOrNull(row.revokedAt),
  frozenAt: isoOrNull(row.frozenAt),
  frozenReason: row.frozenReason,
  lastUsedAt: isoOrNull(row.lastUsedAt),
});
