import { z } from '@hono/zod-openapi';
import { platformId } from '../../schemas/revenue.ts';
import { findRefund } from '../../../db/queries/escrow-refunds.ts';
import { refundRelease } from '../../../db/queries/refund-release.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { positiveAmount, text } from '../../schemas/common.ts';
import { refundOut, toRefund } from '../../schemas/refund.ts';

const answer = z.object({ refund: refundOut });

const route = endpoint({
  method: 'post',
  path: '/revenue/refunds',
  tags: ['Revenue'],
  summary: 'Take back from its recipients what an escrow gives back to its payer',
  'x-permission': 'high_value',
  'x-system': true,
  'x-idempotent': true,
  request: {
    body: jsonBody(
      z.strictObject({
        refundId: platformId.meta({ description: "The platform's own id; it names the refund." }),
        escrowId: platformId,
        milestoneId: platformId.optional(),
        amount: positiveAmount
          .optional()
          .meta({ description: 'All that is left of the release, where none is given.' }),
        reason: text(500).default('no reason given'),
      }),
    ),
  },
  responses: {
    200: json('It stood already with the same content.', answer),
    201: json('Taken back.', answer),
    404: json('Nothing of this escrow, or milestone, was released.', z.unknown()),
    409: json('The id stands for another refund (`already_refunded`).', z.unknown()),
  },
});

/** Refunds a release, wholly or in part. */
export const refundRoute = newApp().openapi(route, async (c) => {
  const { refundId, escrowId, milestoneId, amount, reason } = c.req.valid('json');
  const { db, temporal } = c.var.deps;
  const made = await refundRelease(db, {
    id: c.var.newId('refund'),
    externalId: refundId,
    escrowId,
    milestoneId: milestoneId ?? null,
    amountMinor: amount === undefined ? null : BigInt(amount),
    reason,
    actor: actorOf(c),
  });
  const refund = await findRefund(db, refundId);
  if (!refund) throw notFound('refund');
  if (made) {
    temporal.wakeBatch(refund.batch_id, c.var.log);
    temporal.deliverSoon(c.var.log);
  }
  return c.json({ refund: toRefund(refund) }, made ? 201 : 200);
});
