import { z } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { FOREIGN_KINDS } from '../../imports/foreign/index.ts';
import { OWN_KINDS, runImport } from '../../imports/run.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { invalid } from '../../http/problems.ts';
import { continueParked } from '../../parked.ts';
import { amountOut, boolQuery, currencyCode } from '../../schemas/common.ts';

const lines = z.array(
  z.object({
    row: z.int().meta({ description: 'The line in the file; the header is 1.' }),
    column: z.string(),
    code: z.string(),
    message: z.string(),
  }),
);

const answer = z.object({
  accepted: z.int(),
  rejected: z.int(),
  errors: lines,
  skipped: z
    .int()
    .optional()
    .meta({ description: 'Of exports of others: lines that were left aside.' }),
  notes: lines.optional().meta({ description: 'Why they were left aside; at most 1,000.' }),
  totals: z
    .record(z.string(), amountOut)
    .optional()
    .meta({ description: 'Of commissions of others: what was taken comes to, by currency.' }),
});

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/imports',
  tags: ['Imports'],
  summary: 'Import a CSV file, all lines or none',
  description:
    'Kind `affiliates`: external_id, full_name, email, country, currency, provider, account_ref, kyc_status. Kind `commissions`: external_id, affiliate_external_id, amount (decimal, major units), currency, status, earned_at, available_at, description. Kind `conversions`: external_id, affiliate_external_id, programme, amount (decimal, major units), currency, occurred_at, clicked_at, status, reversed_at, test, customer, order_id, source, product. The other kinds are exports of other products as they are. The answer holds at most 1,000 errors.',
  'x-permission': 'create',
  'x-idempotent': true,
  request: {
    query: z.strictObject({
      kind: z.enum([...OWN_KINDS, ...FOREIGN_KINDS]),
      dryRun: boolQuery.default(false),
      partial: boolQuery
        .default(false)
        .meta({ description: 'Take the right lines where others are wrong.' }),
      country: z
        .string()
        .regex(/^[A-Z]{2}$/, 'must be an ISO-3166 code of two upper-case letters')
        .optional()
        .meta({ description: 'Of exports of others: for affiliates that have none.' }),
      currency: currencyCode
        .optional()
        .meta({ description: 'Of exports of others: for lines that have none.' }),
    }),
    body: { required: true, content: { 'text/csv': { schema: z.string() } } },
  },
  responses: {
    200: json('What was taken; accepted and rejected lines are all lines.', answer),
    415: json('Not text/csv.', z.unknown()),
  },
});

/** Imports what the body holds. */
export const importCsv = newApp().openapi(route, async (c) => {
  if (!/^text\/csv\b/i.test(c.req.header('content-type') ?? '')) throw new HTTPException(415);
  const body = new Uint8Array(await c.req.arrayBuffer());
  const { country, currency, ...asked } = c.req.valid('query');
  refuseDefaults(asked.kind, { country, currency });
  const order = {
    ...asked,
    defaults: { country, currency },
    id: c.var.newId('import'),
    body,
    actor: actorOf(c),
  };
  const { db, vault } = c.var.deps;
  const { answer: taken, verifiedPayeeIds } = await runImport(db, vault, order);
  continueParked(c.var.deps, verifiedPayeeIds, c.var.log);
  c.var.deps.temporal.calculateSoon(c.var.log);
  return c.json(taken, 200);
});

/** Our own kinds name country and currency themselves; a default that is not heeded would mislead. */
function refuseDefaults(kind: string, defaults: Record<string, string | undefined>): void {
  if (!OWN_KINDS.some((own) => own === kind)) return;
  const given = Object.entries(defaults).find(([, value]) => value !== undefined);
  if (given) throw invalid(given[0], 'goes with exports of other products only');
}
