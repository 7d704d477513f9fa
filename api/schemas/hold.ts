import { z } from '@hono/zod-openapi';
import type { HoldRow } from '../../db/queries/holds.ts';
import { HOLD_KINDS, HOLD_SUBJECTS } from '../../db/schema/holds.ts';
import { idOf, iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const holdSubject = z.enum(HOLD_SUBJECTS);
export const holdKind = z.enum(HOLD_KINDS);

/** The id of what may be on hold. */
export const heldId = z.union(
  [idOf('payee'), idOf('commission'), idOf('payment')],
  'must be the id of an affiliate, a commission or a payment',
);

export const holdOut = z
  .object({
    id: z.string(),
    subject: holdSubject,
    subjectId: z.string(),
    kind: holdKind,
    reason: z.string(),
    owner: z.string().meta({ description: 'Who sees to it.' }),
    accountId: z.string().nullable().meta({
      description: 'Of `payment_failed`: the account whose details must change.',
    }),
    active: z.boolean(),
    expiresAt: timeOrNull,
    createdBy: z.string(),
    createdAt: timeOut,
    releasedAt: timeOrNull,
    releasedBy: z.string().nullable(),
    releaseReason: z.string().nullable(),
  })
  .meta({ id: 'Hold' });

export const holdAnswer = z.object({ hold: holdOut });

/** A hold as answers show it. */
export const toHold = ({ subjectKind, ...row }: HoldRow): z.infer<typeof holdOut> => ({
  ...row,
  subject: subjectKind,
  active: row.releasedAt === null,
  expiresAt: isoOrNull(row.expiresAt),
  createdAt: iso(row.createdAt),
  releasedAt: isoOrNull(row.releasedAt),
});
