import { z } from '@hono/zod-openapi';
import { findAffiliate } from '../../../db/queries/affiliates.ts';
import { findBatchRow } from '../../../db/queries/batches.ts';
import { createBatch, type NewBatch } from '../../../db/queries/create-batch.ts';
import { listBatchPayments } from '../../../db/queries/payments.ts';
import { previewBatch } from '../../../db/queries/preview.ts';
import type { BatchRequest } from '../../../db/queries/judged-payees.ts';
import { actorOf, type AppContext } from '../../http/context.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { invalid, notFound, NotPayable } from '../../http/problems.ts';
import { batchOut } from '../../schemas/batch.ts';
import {
  currencyCode,
  idParams,
  positiveAmount,
  providerName,
  text,
} from '../../schemas/common.ts';
import { paymentOut, toPayment } from '../../schemas/payment.ts';
import { overrideMinimum, requireOverride } from '../../override-minimum.ts';
import { guardAction } from '../../risk-guard.ts';
import { executeNow } from '../batches/execute-now.ts';
import { readBatch } from '../batches/read-batch.ts';

const body = z.strictObject({
  amount: positiveAmount
    .optional()
    .meta({ description: 'What the caller expects to be paid: all that is payable.' }),
  currency: currencyCode.optional(),
  provider: providerName.optional(),
  note: text(1_000).optional(),
  overrideMinimum,
});

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/affiliates/{id}/pay',
  tags: ['Affiliates'],
  summary: 'Quick payment: a batch of one, executed at once',
  'x-permission': 'create',
  'x-idempotent': true,
  request: { params: idParams('payee'), body: optionalJsonBody(body) },
  responses: {
    202: json(
      'Under way, or PENDING until it is approved.',
      z.object({ batch: batchOut, payment: paymentOut }),
    ),
    404: json('No such affiliate.', z.unknown()),
  },
});

/** Pays all that one affiliate is owed in a currency. 422 with the skip reason where it cannot be. */
export const payAffiliate = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db, settings, terms } = c.var.deps;
  const payee = await findAffiliate(db, id);
  if (!payee) throw notFound('affiliate');
  const { amount, note, overrideMinimum: override, ...given } = c.req.valid('json');
  await requireOverride(c, override);
  const currency = given.currency ?? payee.currency;
  const provider = given.provider ?? settings.defaultProvider;
  const limits = await terms.read(provider, currency);
  const request = {
    affiliateIds: [id],
    currency,
    provider,
    limits,
    ignoreMinimum: override !== undefined,
    overrideReason: override?.reason,
  };
  const batchId = c.var.newId('batch');
  await guardAction(c, 'pay');
  if (!(await findBatchRow(db, batchId))) await makeBatch(c, batchId, request, amount, note);
  await executeNow(c, batchId, { whenApproved: true });
  const [[payment], batch] = await Promise.all([
    listBatchPayments(db, batchId, { limit: 1 }),
    readBatch(db, batchId),
  ]);
  if (!payment) throw notFound('payment');
  return c.json({ batch, payment: toPayment(payment) }, 202);
});

/** The preview's hash keeps the amount that was compared with from changing before the creation. */
async function makeBatch(
  c: AppContext,
  batchId: string,
  request: BatchRequest & Pick<NewBatch, 'overrideReason'>,
  amount: number | undefined,
  note: string | undefined,
): Promise<void> {
  const { db, settings } = c.var.deps;
  const { items, previewHash } = await previewBatch(db, request);
  const [item] = items;
  if (!item) throw notFound('affiliate');
  if (item.code) throw new NotPayable(item.code, item.reason ?? item.code);
  if (amount !== undefined && BigInt(amount) !== item.totalAmountMinor) {
    throw invalid(
      'amount',
      'is not what is payable to this affiliate; leave it out to pay all of it',
    );
  }
  const requiredApprovals = settings.approvalsRequired;
  await createBatch(db, {
    ...request,
    batchId,
    note,
    previewHash,
    requiredApprovals,
    source: 'quick',
    actor: actorOf(c),
  });
}
