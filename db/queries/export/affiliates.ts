import { z } from 'zod';
import { instantText, isoOf, isoOrNull, timeConditions } from './columns.ts';
import { exportSource } from './source.ts';

const row = z.object({
  id: z.string(),
  external_id: z.string(),
  full_name: z.string(),
  email: z.string(),
  country: z.string(),
  currency: z.string(),
  group_name: z.string().nullable(),
  language: z.string(),
  suspended_at: instantText.nullable(),
  suspended_reason: z.string().nullable(),
  created_at: instantText,
});

/** Affiliates as they are registered now. */
export const AFFILIATES = exportSource({
  row,
  select: `y.id, y.external_id, y.full_name, y.email, y.country, y.currency, y.group_name, y.language, y.suspended_at,
    y.suspended_reason, y.created_at`,
  from: 'payees y',
  madeAt: 'y.created_at',
  key: [{ column: 'y.id', cast: 'text' }],
  place: ({ id }) => [id],
  conditions: {
    ...timeConditions('y.created_at'),
    currency: 'y.currency = ?',
    payeeIds: 'y.id = any(?::text[])',
    provider: 'exists (select 1 from accounts a where a.payee_id = y.id and a.provider = ?)',
    q: '?::text in (y.id, y.external_id, y.email)',
  },
  columns: {
    id: ({ id }) => id,
    externalId: ({ external_id }) => external_id,
    fullName: ({ full_name }) => full_name,
    email: ({ email }) => email,
    country: ({ country }) => country,
    currency: ({ currency }) => currency,
    groupName: ({ group_name }) => group_name,
    language: ({ language }) => language,
    suspendedAt: ({ suspended_at }) => isoOrNull(suspended_at),
    suspendedReason: ({ suspended_reason }) => suspended_reason,
    createdAt: ({ created_at }) => isoOf(created_at),
  },
});
