import { z } from '@hono/zod-openapi';
import { sumFailures, type FailureSum } from '../../../db/queries/report/payment-failures.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { explainFailure } from '../../../providers/failures.ts';
import type { Providers } from '../../../providers/port.ts';
import type { AppContext } from '../../http/context.ts';
import { endpoint, jsonBody, newApp } from '../../http/endpoint.ts';
import { allowFormat, csvHeaders, recordReport, reportResponses } from '../../report/answer.ts';
import {
  filterOf,
  periodOf,
  reportBody,
  reportQuery,
  type ReportAsked,
} from '../../report/asked.ts';
import { amountOut, timeOut } from '../../schemas/common.ts';

/** What was never sent again for want of sends, or a person declared, has no word of the provider. */
const UNKNOWN = 'unknown';

const row = z
  .object({
    provider: z.string(),
    code: z.string().meta({ description: 'Our code, the same over all providers.' }),
    providerCode: z.string().nullable().meta({ description: "The provider's own word." }),
    currency: z.string(),
    failures: z.int().meta({ description: 'A payment that is tried again may fail again.' }),
    payments: z.int(),
    affiliates: z.int(),
    amount: amountOut.meta({ description: "Each payment's counts once." }),
    lastSeenAt: timeOut,
    stillFailed: z.int().meta({ description: 'Payments that are FAILED or CANCELLED now.' }),
    paidLater: z.int().meta({ description: 'Payments that were settled after all.' }),
    retry: z.enum(['never', 'later', 'halt']).nullable().meta({
      description: 'Never by itself; after a wait; or when the provider takes payments again.',
    }),
    payeeRemedy: z.string().nullable(),
    operatorRemedy: z.string().nullable(),
  })
  .meta({ id: 'FailuresRow' });
type Row = z.infer<typeof row>;

const spec = {
  path: '/api/disbursement/reports/failures',
  summary: 'What failed in a period, why, what helps, and what became of it',
  'x-permission': 'view',
  responses: reportResponses('Rows by provider, its word and currency, the most first.', row),
} as const;

const get = endpoint({
  method: 'get',
  tags: ['Reports'],
  ...spec,
  request: { query: z.strictObject(reportQuery) },
});
const post = endpoint({
  method: 'post',
  tags: ['Reports'],
  ...spec,
  request: { body: jsonBody(z.strictObject(reportBody)) },
});

async function workOut(c: AppContext, asked: ReportAsked) {
  const period = periodOf(asked);
  const filter = filterOf(asked);
  await allowFormat(c, asked);
  const { db, providers } = c.var.deps;
  const sums = await sumFailures(db, { ...period, filter });
  const rows = sums.map((sum) => toRow(sum, providers));
  return { name: 'failures', asked, period, rows, columns: COLUMNS };
}

function toRow(sum: FailureSum, providers: Providers): Row {
  const { provider, provider_code: providerCode } = sum;
  const rule =
    providerCode === null
      ? null
      : explainFailure(provider, providerCode, providers.named(provider)?.failures);
  return {
    provider,
    code: rule?.code ?? sum.own_code ?? UNKNOWN,
    providerCode,
    currency: sum.currency,
    failures: sum.failures,
    payments: sum.payments,
    affiliates: sum.payees,
    amount: toJsonAmount(sum.amount_minor),
    lastSeenAt: sum.last_seen_at.toISOString(),
    stillFailed: sum.still_failed,
    paidLater: sum.paid_later,
    retry: rule && (typeof rule.retry === 'string' ? rule.retry : 'later'),
    payeeRemedy: rule?.payee ?? null,
    operatorRemedy: rule?.operator ?? null,
  };
}

const COLUMNS = [
  'provider',
  'code',
  'providerCode',
  'currency',
  'failures',
  'payments',
  'affiliates',
  'amount',
  'lastSeenAt',
  'stillFailed',
  'paidLater',
  'retry',
  'payeeRemedy',
  'operatorRemedy',
] as const satisfies readonly (keyof Row)[];

async function answer(c: AppContext, asked: ReportAsked) {
  const worked = await workOut(c, asked);
  const { report, csv } = await recordReport(c, worked);
  if (csv !== null) return c.body(csv, 200, csvHeaders(report));
  return c.json({ report, rows: worked.rows }, 200);
}

/** Which failures there were; each generation of a payment that failed is one. */
export const getFailures = newApp().openapi(get, (c) => answer(c, c.req.valid('query')));
export const postFailures = newApp().openapi(post, (c) => answer(c, c.req.valid('json')));
