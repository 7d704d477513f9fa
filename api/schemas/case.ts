import { z } from '@hono/zod-openapi';
import type { CaseRow } from '../../db/queries/work-cases.ts';
import { CASE_KINDS, CASE_SEVERITIES } from '../../domain/case.ts';
import { iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const caseKind = z.enum(CASE_KINDS);
export const caseStatus = z.enum(['OPEN', 'RESOLVED']);

export const caseOut = z
  .object({
    id: z.string(),
    kind: caseKind,
    severity: z.enum(CASE_SEVERITIES),
    status: caseStatus,
    subject: z.string().meta({ description: 'What it is about: a reference, a provider, a day.' }),
    summary: z.string(),
    provider: z.string().nullable(),
    batchId: z.string().nullable(),
    paymentId: z.string().nullable(),
    reconciliationId: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
    owner: z.string().nullable(),
    note: z.string().nullable(),
    resolution: z.string().nullable(),
    resolvedBy: z.string().nullable(),
    createdAt: timeOut,
    updatedAt: timeOut,
    resolvedAt: timeOrNull,
  })
  .meta({ id: 'Case' });

export const caseAnswer = z.object({ case: caseOut });

export const toCase = (row: CaseRow): z.infer<typeof caseOut> => ({
  ...row,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
  resolvedAt: isoOrNull(row.resolvedAt),
});
