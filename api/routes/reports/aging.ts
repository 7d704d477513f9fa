import { z } from '@hono/zod-openapi';
import { readAging, type AgingSum } from '../../../db/queries/report/aging.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { AGE_SPAN_NAMES, AGING_KINDS, spanAt } from '../../../domain/report/aging.ts';
import type { AppContext } from '../../http/context.ts';
import { endpoint, jsonBody, newApp } from '../../http/endpoint.ts';
import { allowFormat, csvHeaders, recordReport, reportResponses } from '../../report/answer.ts';
import { filterOf, reportBody, reportQuery, type ReportAsked } from '../../report/asked.ts';
import { amountOut } from '../../schemas/common.ts';

const row = z
  .object({
    kind: z.enum(AGING_KINDS).meta({
      description:
        '`payable` and `held` are owed and in no payment, `debt` is owed to us, `stuck` are payments that have not ended.',
    }),
    currency: z.string(),
    provider: z.string().nullable().meta({ description: 'Of payments alone.' }),
    status: z.string().nullable().meta({ description: 'Of payments alone.' }),
    age: z.enum(AGE_SPAN_NAMES).meta({
      description:
        'Whole days since the oldest earning, or since a payment was sent or put on hold.',
    }),
    affiliates: z.int(),
    payments: z.int().nullable(),
    amount: amountOut,
  })
  .meta({ id: 'AgingRow' });
type Row = z.infer<typeof row>;

const spec = {
  path: '/api/disbursement/reports/aging',
  summary: 'How old what is owed is, and which payments are stuck, as of now',
  'x-permission': 'view',
  responses: reportResponses('Rows by kind, currency, provider, state and age.', row),
} as const;

const get = endpoint({
  method: 'get',
  tags: ['Reports'],
  ...spec,
  request: {
    query: z.strictObject(withoutPeriod(reportQuery)),
  },
});
const post = endpoint({
  method: 'post',
  tags: ['Reports'],
  ...spec,
  request: {
    body: jsonBody(z.strictObject(withoutPeriod(reportBody))),
  },
});

/** What is old is told as of now. */
function withoutPeriod<Fields extends typeof reportQuery | typeof reportBody>(fields: Fields) {
  const { from: _from, to: _to, zone: _zone, ...filters } = fields;
  return filters;
}

type Asked = Omit<ReportAsked, 'from' | 'to' | 'zone'>;

const ZONE = 'UTC';

async function workOut(c: AppContext, asked: Asked) {
  const now = new Date();
  const at = now.toISOString();
  const dated = { ...asked, from: at, to: at, zone: ZONE };
  const filter = filterOf(dated);
  await allowFormat(c, dated);
  const sums = await readAging(c.var.deps.db, filter, now);
  const period = { from: now.getTime(), to: now.getTime(), zone: ZONE };
  const rows = sums.toSorted(byKind).map(toRow);
  return { name: 'aging', asked: dated, period, rows, columns: COLUMNS };
}

const byKind = (a: AgingSum, b: AgingSum): number =>
  AGING_KINDS.indexOf(a.kind) - AGING_KINDS.indexOf(b.kind);

const toRow = ({ span, amount_minor, ...rest }: AgingSum): Row => ({
  ...rest,
  age: spanAt(span),
  amount: toJsonAmount(amount_minor),
});

const COLUMNS = [
  'kind',
  'currency',
  'provider',
  'status',
  'age',
  'affiliates',
  'payments',
  'amount',
] as const satisfies readonly (keyof Row)[];

async function answer(c: AppContext, asked: Asked) {
  const worked = await workOut(c, asked);
  const { report, csv } = await recordReport(c, worked);
  if (csv !== null) return c.body(csv, 200, csvHeaders(report));
  return c.json({ report, rows: worked.rows }, 200);
}

/** What has waited how long; `from` and `to` of the report are the instant that it speaks of. */
export const getAging = newApp().openapi(get, (c) => answer(c, c.req.valid('query')));
export const postAging = newApp().openapi(post, (c) => answer(c, c.req.valid('json')));
