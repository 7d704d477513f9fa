import { z } from '@hono/zod-openapi';
import { withShares } from '../../../db/queries/accounts.ts';
import { listPaymentCommissions } from '../../../db/queries/affiliates.ts';
import { findReissue } from '../../../db/queries/reissue.ts';
import { findPayment, listPaymentEvents } from '../../../db/queries/payments.ts';
import { batchWorkflowId } from '../../../domain/ids.ts';
import { PAGE_ROWS_MAX } from '../../../domain/limits.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { accountOut, toAccount } from '../../schemas/account.ts';
import { auditOut, toAudit } from '../../schemas/audit.ts';
import { batchState } from '../../schemas/batch.ts';
import { commissionOut, toCommission } from '../../schemas/commission.ts';
import { idParams, orNull } from '../../schemas/common.ts';
import {
  attemptOut,
  toAttempt,
  toWebhookEvent,
  webhookEventOut,
} from '../../schemas/payment-details.ts';
import { paymentOut, toPayment } from '../../schemas/payment.ts';

const batchSummary = z.object({
  id: z.string(),
  batchNumber: z.int(),
  status: batchState,
  workflowId: z.string(),
});

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/payments/{id}',
  tags: ['Payments'],
  summary: 'A payment with all that explains it',
  'x-permission': 'view',
  request: { params: idParams('payment') },
  responses: {
    200: json(
      'The payment; of very many commissions the first 1,000.',
      z.object({
        payment: paymentOut,
        reissuedBy: z
          .string()
          .nullable()
          .meta({ description: 'The payment that pays this one again.' }),
        attempts: z.array(attemptOut),
        commissions: z.array(commissionOut),
        batch: batchSummary,
        account: orNull(accountOut),
        affiliate: z
          .object({ id: z.string(), externalId: z.string(), fullName: z.string() })
          .nullable(),
        webhookEvents: z.array(webhookEventOut),
        auditLogs: z.array(auditOut),
      }),
    ),
    404: json('No such payment.', z.unknown()),
  },
});

/** One payment. */
export const getPayment = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db } = c.var.deps;
  const [row, events, commissions, reissuedBy] = await Promise.all([
    findPayment(db, id),
    listPaymentEvents(db, id),
    listPaymentCommissions(db, id, PAGE_ROWS_MAX),
    findReissue(db, id),
  ]);
  if (!row) throw notFound('payment');
  const { batchNumber, status } = row.batch;
  const [account] = await withShares(db, row.account ? [row.account] : []);
  const answer = {
    payment: toPayment(row),
    reissuedBy,
    attempts: row.attempts.map(toAttempt),
    commissions: commissions.map(toCommission),
    batch: { id: row.batchId, batchNumber, status, workflowId: batchWorkflowId(row.batchId) },
    account: account ? toAccount(account) : null,
    affiliate: row.payee,
    webhookEvents: events.map(toWebhookEvent),
    auditLogs: row.auditLogs.map(toAudit),
  };
  return c.json(answer, 200);
});
