import { z } from '@hono/zod-openapi';
import { approvalsOf } from '../../../db/queries/batch-approvals.ts';
import { findBatch } from '../../../db/queries/batches.ts';
import { tallyPayments } from '../../../db/queries/payment-tallies.ts';
import { openRiskOfBatches } from '../../../db/queries/risk-batches.ts';
import { stalledBatches } from '../../../db/queries/stalled-batches.ts';
import { PAGE_ROWS_DEFAULT } from '../../../domain/limits.ts';
import { batchWorkflowId } from '../../../domain/ids.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf } from '../../http/paging.ts';
import { notFound } from '../../http/problems.ts';
import { workflowUrlFor } from '../../http/workflow-url.ts';
import { auditOut, toAudit } from '../../schemas/audit.ts';
import { batchOut, batchResultOut, toBatch, toBatchResult } from '../../schemas/batch.ts';
import { idParams } from '../../schemas/common.ts';
import { paymentOut, toPayment } from '../../schemas/payment.ts';
import { batchRisk } from '../../schemas/risk-event.ts';
import { batchStalled, toStalled } from '../../schemas/batch-stalled.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/batches/{id}',
  tags: ['Batches'],
  summary: 'A batch with its first payments and what came of it',
  'x-permission': 'view',
  request: { params: idParams('batch') },
  responses: {
    200: json(
      'The batch.',
      z.object({
        batch: batchOut.extend({
          risk: batchRisk,
          stalled: batchStalled,
          workflowUrl: z.string().nullable().meta({
            description: "Temporal's Web UI; for those who hold `process`.",
          }),
          payments: z.array(paymentOut),
          nextCursor: nextCursorField,
          auditLogs: z.array(auditOut),
          result: batchResultOut,
        }),
      }),
    ),
    404: json('No such batch.', z.unknown()),
  },
});

/** One batch. `nextCursor` continues its payments at `/batches/{id}/payments`. */
export const getBatch = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db } = c.var.deps;
  const [row, tallies, approvals, risks, stalls] = await Promise.all([
    findBatch(db, id),
    tallyPayments(db, [id]),
    approvalsOf(db, id),
    openRiskOfBatches(db, [id]),
    stalledBatches(db, [id]),
  ]);
  const tally = tallies.get(id);
  if (!row || !tally) throw notFound('batch');
  const { rows, nextCursor } = pageOf(row.payments, PAGE_ROWS_DEFAULT, (payment) => [
    payment.ordinal,
  ]);
  const batch = {
    ...toBatch(row, tally, approvals),
    risk: risks.get(id) ?? null,
    stalled: toStalled(stalls.get(id)),
    workflowUrl: workflowUrlFor(c, batchWorkflowId(id)),
    payments: rows.map(toPayment),
    nextCursor,
    auditLogs: row.auditLogs.map(toAudit),
    result: toBatchResult(row, tally),
  };
  return c.json({ batch }, 200);
});
