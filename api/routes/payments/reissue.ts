import { z } from '@hono/zod-openapi';
import { findBatchRow } from '../../../db/queries/batches.ts';
import { findPayment, listBatchPayments } from '../../../db/queries/payments.ts';
import { reissuePayment } from '../../../db/queries/reissue.ts';
import { SKIP_REASONS } from '../../../domain/eligibility.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { notFound, NotPayable } from '../../http/problems.ts';
import { batchOut } from '../../schemas/batch.ts';
import { idParams, providerName, text } from '../../schemas/common.ts';
import { paymentOut, toPayment } from '../../schemas/payment.ts';
import { guardAction } from '../../risk-guard.ts';
import { executeNow } from '../batches/execute-now.ts';
import { readBatch } from '../batches/read-batch.ts';

const body = z.strictObject({
  provider: providerName
    .optional()
    .meta({ description: 'Where to pay now: that of the old payment unless given.' }),
  note: text(1_000).optional(),
});

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/payments/{id}/reissue',
  tags: ['Payments'],
  summary: 'Pay again what came back, as a new payment that points at the old one',
  'x-permission': 'process',
  'x-idempotent': true,
  request: { params: idParams('payment'), body: optionalJsonBody(body) },
  responses: {
    201: json(
      'Made, and executed at once unless it needs approvals.',
      z.object({ batch: batchOut, payment: paymentOut }),
    ),
    404: json('No such payment.', z.unknown()),
    409: json(
      'Nothing came back of it (`invalid_state`), it is paid again already (`already_reissued`), or the payee cannot be paid there now (the skip reason).',
      z.unknown(),
    ),
  },
});

/** Pays again exactly what the old payment had covered and what is free of it. */
export const reissuePaymentRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db, settings, terms } = c.var.deps;
  const { note, provider: given } = c.req.valid('json');
  const old = await findPayment(db, id);
  if (!old) throw notFound('payment');
  await guardAction(c, 'pay');
  const provider = given ?? old.provider;
  const batchId = c.var.newId('batch');
  if (!(await findBatchRow(db, batchId))) {
    const refused = await reissuePayment(db, {
      paymentId: id,
      batchId,
      provider,
      limits: await terms.read(provider, old.currency),
      actor: actorOf(c),
      note,
      requiredApprovals: settings.approvalsRequired,
    });
    if (refused) throw new NotPayable(refused, SKIP_REASONS[refused], 409);
  }
  await executeNow(c, batchId, { whenApproved: true });
  const [[payment], batch] = await Promise.all([
    listBatchPayments(db, batchId, { limit: 1 }),
    readBatch(db, batchId),
  ]);
  if (!payment) throw notFound('payment');
  return c.json({ batch, payment: toPayment(payment) }, 201);
});
