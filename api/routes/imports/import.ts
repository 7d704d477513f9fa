import { z } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { runImport } from '../../imports/run.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { continueParked } from '../../parked.ts';
import { boolQuery } from '../../schemas/common.ts';

const answer = z.object({
  accepted: z.int(),
  rejected: z.int(),
  errors: z.array(
    z.object({
      row: z.int().meta({ description: 'The line in the file; the header is 1.' }),
      column: z.string(),
      code: z.string(),
      message: z.string(),
    }),
  ),
});

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/imports',
  tags: ['Imports'],
  summary: 'Import a CSV file, all lines or none',
  description:
    'Kind `affiliates`: external_id, full_name, email, country, currency, provider, account_ref, kyc_status. Kind `commissions`: external_id, affiliate_external_id, amount (decimal, major units), currency, status, earned_at, available_at, description. The answer holds at most 1,000 errors.',
  'x-permission': 'create',
  'x-idempotent': true,
  request: {
    query: z.strictObject({
      kind: z.enum(['affiliates', 'commissions']),
      dryRun: boolQuery.default(false),
      partial: boolQuery
        .default(false)
        .meta({ description: 'Take the right lines where others are wrong.' }),
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
  const order = { ...c.req.valid('query'), id: c.var.newId('import'), body, actor: actorOf(c) };
  const { db, vault } = c.var.deps;
  const { answer: taken, verifiedPayeeIds } = await runImport(db, vault, order);
  continueParked(c.var.deps, verifiedPayeeIds, c.var.log);
  return c.json(taken, 200);
});
