import { z } from '@hono/zod-openapi';
import type { AllowListRow } from '../../db/queries/allow-lists.ts';
import { isId } from '../../domain/ids.ts';
import { plainNetwork } from '../../domain/network.ts';
import { PERMISSIONS, ROLES } from '../../domain/permissions.ts';
import { iso, text, timeOut } from './common.ts';

const NETWORKS_MAX = 200;

const scope = z.enum(['role', 'key', 'operation']);

const SUBJECTS: Record<z.infer<typeof scope>, (subject: string) => boolean> = {
  role: (subject) => ROLES.some((role) => role === subject),
  key: (subject) => isId('apiKey', subject),
  operation: (subject) => PERMISSIONS.some((permission) => permission === subject),
};

/** Whom or what a list is about, as two parts of the path. */
export const targetParams = z
  .object({ scope, subject: z.string() })
  .refine((target) => SUBJECTS[target.scope](target.subject), 'names nothing of this scope');

const network = z.string().transform((given, context) => {
  const plain = plainNetwork(given);
  if (plain === null) context.addIssue('must be an address or a network like 10.0.0.0/8');
  return plain ?? '';
});

/** What a list holds; the same network twice counts once. */
export const allowListIn = z.strictObject({
  cidrs: z
    .array(network)
    .min(1)
    .max(NETWORKS_MAX)
    .transform((cidrs) => [...new Set(cidrs)])
    .meta({ type: 'array', items: { type: 'string' }, example: ['10.0.0.0/8', '2001:db8::/32'] }),
  note: text(500).optional(),
  force: z.boolean().default(false).meta({
    description: 'Set the list although you could not change it from your own address afterwards.',
  }),
});

export const allowListOut = z
  .object({
    scope,
    subject: z.string(),
    cidrs: z.array(z.string()),
    note: z.string().nullable(),
    createdBy: z.string(),
    createdAt: timeOut,
    updatedBy: z.string(),
    updatedAt: timeOut,
  })
  .meta({ id: 'AllowList' });

export const toAllowList = (row: AllowListRow): z.infer<typeof allowListOut> => ({
  scope: row.scope,
  subject: row.subject,
  cidrs: row.cidrs,
  note: row.note,
  createdBy: row.createdBy,
  createdAt: iso(row.createdAt),
  updatedBy: row.updatedBy,
  updatedAt: iso(row.updatedAt),
});
