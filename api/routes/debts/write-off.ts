import { z } from '@hono/zod-openapi';
import { writeOff } from '../../../db/queries/write-off.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import {
  amountOut,
  currencyCode,
  idParams,
  iso,
  positiveAmount,
  text,
  timeOut,
} from '../../schemas/common.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/affiliates/{id}/write-offs',
  tags: ['Debts'],
  summary: 'Write off what an affiliate owes, or a part of it',
  'x-permission': 'approve',
  'x-idempotent': true,
  request: {
    params: idParams('payee'),
    body: jsonBody(
      z.strictObject({
        currency: currencyCode,
        amount: positiveAmount
          .optional()
          .meta({ description: 'All of the debt where none is given.' }),
        reason: text(500),
      }),
    ),
  },
  responses: {
    201: json(
      'Written off.',
      z.object({
        writeOff: z.object({
          commissionId: z.string(),
          affiliateId: z.string(),
          amount: amountOut,
          currency: z.string(),
          reason: z.string(),
          createdAt: timeOut,
        }),
      }),
    ),
    404: json('No such affiliate.', z.unknown()),
  },
});

/** Writes off a debt. */
export const writeOffRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { amount, ...given } = c.req.valid('json');
  const row = await writeOff(c.var.deps.db, {
    ...given,
    commissionId: c.var.newId('commission'),
    payeeId: id,
    amountMinor: amount === undefined ? null : BigInt(amount),
    actor: actorOf(c),
  });
  const answer = {
    commissionId: row.id,
    affiliateId: row.payee_id,
    amount: toJsonAmount(row.amount_minor),
    currency: row.currency,
    reason: given.reason,
    createdAt: iso(row.created_at),
  };
  return c.json({ writeOff: answer }, 201);
});
