import { z } from '@hono/zod-openapi';
import {
  listStatements,
  payoutYears,
  type ListedStatement,
} from '../../../db/queries/statement/list.ts';
import { writeAudit } from '../../../db/queries/audit.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { amountOut, idParams, iso, isoOrNull, timeOrNull, timeOut } from '../../schemas/common.ts';
import { payeeOf } from '../../statement/payout.ts';

const listed = z
  .object({
    number: z.int(),
    paymentId: z.string().nullable(),
    year: z.int().nullable().meta({ description: 'Of a whole year; else of one payout.' }),
    currency: z.string().nullable(),
    amount: amountOut.nullable(),
    status: z.string().nullable(),
    settledAt: timeOrNull,
    issuedAt: timeOut,
  })
  .meta({ id: 'ListedStatement' });

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/affiliates/{id}/statements',
  tags: ['Statements'],
  summary: 'Statements of a payee, the newest number first',
  'x-permission': 'view',
  request: { params: idParams('payee'), query: z.strictObject(pageQuery) },
  responses: {
    200: json(
      'A page, and every year in which the payee was paid.',
      z.object({
        statements: z.array(listed),
        years: z.array(z.object({ year: z.int(), payouts: z.int(), number: z.int().nullable() })),
        nextCursor: nextCursorField,
      }),
    ),
  },
});

/** The statements of a payee that have a number; payouts get theirs within seconds of being settled. */
export const listStatementsRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { cursor, limit } = c.req.valid('query');
  const { db } = c.var.deps;
  const [before] = readCursor(cursor, z.tuple([z.int()])) ?? [];
  const [, found, years] = await Promise.all([
    payeeOf(db, id),
    listStatements(db, id, { before, limit: limit + 1 }),
    payoutYears(db, id),
  ]);
  const { rows, nextCursor } = pageOf(found, limit, ({ number }) => [number]);
  const details = { affiliateId: id, kind: 'list', rows: rows.length };
  await writeAudit(db, { action: 'statement.viewed', status: 'INFO', actor: actorOf(c), details });
  return c.json({ statements: rows.map(toListed), years, nextCursor }, 200);
});

const toListed = (row: ListedStatement): z.infer<typeof listed> => ({
  number: row.number,
  paymentId: row.payment_id,
  year: row.year,
  currency: row.currency,
  amount: row.amount_minor === null ? null : toJsonAmount(row.amount_minor),
  status: row.status,
  settledAt: isoOrNull(row.settled_at),
  issuedAt: iso(row.created_at),
});
