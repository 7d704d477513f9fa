import { z } from '@hono/zod-openapi';
import { listBatchAudit } from '../../../db/queries/audit.ts';
import { findPayment, listPaymentEvents } from '../../../db/queries/payments.ts';
import { batchWorkflowId } from '../../../domain/ids.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { workflowUrlFor } from '../../http/workflow-url.ts';
import { idParams, timeOut } from '../../schemas/common.ts';
import { paymentState } from '../../schemas/payment.ts';
import { failureOf, failureOut } from './failure.ts';
import { traceOf, waitingOn } from './trace.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/payments/{id}/why',
  tags: ['Payments'],
  summary: 'Why a payment is where it is: each step in order, and what it waits for',
  'x-permission': 'view',
  request: { params: idParams('payment') },
  responses: {
    200: json(
      'Each rule, send, event and person in order.',
      z.object({
        paymentId: z.string(),
        status: paymentState,
        waitingOn: z.string(),
        workflowId: z.string(),
        workflowUrl: z.string().nullable().meta({
          description: "Temporal's Web UI; for those who hold `process`.",
        }),
        failure: failureOut.nullable().meta({
          description: 'What the last failure means, by the table of its provider; null: none.',
        }),
        steps: z.array(
          z.object({
            at: timeOut,
            what: z.string(),
            by: z.string(),
            details: z.record(z.string(), z.unknown()),
          }),
        ),
      }),
    ),
    404: json('No such payment.', z.unknown()),
  },
});

/** The story of one payment. */
export const explainPayment = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db, providers } = c.var.deps;
  const [row, events] = await Promise.all([findPayment(db, id), listPaymentEvents(db, id)]);
  if (!row) throw notFound('payment');
  const workflowId = batchWorkflowId(row.batchId);
  const answer = {
    paymentId: id,
    status: row.status,
    waitingOn: waitingOn(row),
    workflowId,
    workflowUrl: workflowUrlFor(c, workflowId),
    failure: failureOf(row, providers),
    steps: traceOf(row, events, await listBatchAudit(db, row.batchId)),
  };
  return c.json(answer, 200);
});
