import { z } from '@hono/zod-openapi';
import type { RunCase } from '../../db/queries/reconcile-cases.ts';
import type { ReconciliationRow } from '../../db/queries/reconcile-runs.ts';
import { toJsonAmount } from '../../domain/money.ts';
import { COMPARISONS } from '../../domain/reconciliation.ts';
import { amountOut, iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const reconciliationOut = z
  .object({
    id: z.string(),
    provider: z.string(),
    day: z.string().meta({ description: 'In UTC.' }),
    status: z.enum(['RUNNING', 'DONE', 'FAILED']),
    requestedBy: z.string(),
    matched: z.int(),
    missingThere: z
      .int()
      .meta({ description: 'Sent by our books; the provider does not have it.' }),
    missingHere: z.int().meta({ description: 'Listed by the provider, and not ours.' }),
    amountDiffers: z.int(),
    statusDiffers: z.int(),
    failure: z.string().nullable().meta({ description: 'Why it could not be done.' }),
    createdAt: timeOut,
    finishedAt: timeOrNull,
  })
  .meta({ id: 'Reconciliation' });

/** A run as lists show it. */
export const toReconciliation = (row: ReconciliationRow): z.infer<typeof reconciliationOut> => ({
  id: row.id,
  provider: row.provider,
  day: row.day,
  status: row.status,
  requestedBy: row.requestedBy,
  matched: row.matched,
  missingThere: row.missingThere,
  missingHere: row.missingHere,
  amountDiffers: row.amountDiffers,
  statusDiffers: row.statusDiffers,
  failure: row.failure,
  createdAt: iso(row.createdAt),
  finishedAt: isoOrNull(row.finishedAt),
});

const minorOrNull = amountOut.nullable();

export const reportOut = z
  .object({
    from: timeOut,
    until: timeOut,
    listed: z.boolean().meta({ description: 'False: the provider has no list; see the notes.' }),
    comparisons: z.array(
      z.object({
        comparison: z.enum(COMPARISONS),
        currency: z.string(),
        count: z.int(),
        ours: amountOut,
        theirs: amountOut,
      }),
    ),
    healed: z.object({
      count: z.int(),
      steps: z.record(z.string(), z.int()).meta({
        description: 'How many payments took which step because the provider was ahead.',
      }),
    }),
    cases: z.object({ opened: z.int(), left: z.record(z.string(), z.int()) }),
    balances: z.array(
      z.object({
        currency: z.string(),
        balance: minorOrNull,
        previousBalance: minorOrNull,
        since: timeOrNull,
        expectedLow: minorOrNull,
        expectedHigh: minorOrNull,
        difference: minorOrNull.meta({
          description: 'Below zero: money is missing that our books do not explain.',
        }),
      }),
    ),
    notes: z.array(z.string()),
  })
  .meta({ id: 'ReconciliationReport' });

/** The report as it is stored: sums in decimal text, which may be longer than JSON numbers are exact. */
const minor = z.string().transform((text) => toJsonAmount(BigInt(text)));
const storedReport = z.object({
  from: z.string(),
  until: z.string(),
  listed: z.boolean(),
  comparisons: z.array(
    z.object({
      comparison: z.enum(COMPARISONS),
      currency: z.string(),
      count: z.number(),
      ours: minor,
      theirs: minor,
    }),
  ),
  healed: z.object({ count: z.number(), steps: z.record(z.string(), z.number()) }),
  cases: z.object({ opened: z.number(), left: z.record(z.string(), z.number()) }),
  balances: z.array(
    z.object({
      currency: z.string(),
      balance: minor.nullable(),
      previousBalance: minor.nullable(),
      since: z.string().nullable(),
      expectedLow: minor.nullable(),
      expectedHigh: minor.nullable(),
      difference: minor.nullable(),
    }),
  ),
  notes: z.array(z.string()),
});

/** The report of a run that is done; null for any other. */
export const toReport = (row: ReconciliationRow): z.infer<typeof reportOut> | null =>
  row.report === null ? null : storedReport.parse(row.report);

export const runCaseOut = z.object({
  id: z.string(),
  kind: z.string(),
  severity: z.string(),
  status: z.string(),
  subject: z.string(),
  summary: z.string(),
  paymentId: z.string().nullable(),
}) satisfies z.ZodType<RunCase>;
