import { approvalsOf } from '../../../db/queries/batch-approvals.ts';
import { findBatchRow } from '../../../db/queries/batches.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { approvalDetailOut, toApprovalDetail } from '../../schemas/approval.ts';
import { secondsLeft } from '../../schemas/batch.ts';
import { idParams, isoOrNull } from '../../schemas/common.ts';
import { z } from '@hono/zod-openapi';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/batches/{id}/approvals',
  tags: ['Batches'],
  summary: 'Whose approval a batch needs and why, whose it has, and whose is missing',
  'x-permission': 'view',
  request: { params: idParams('batch') },
  responses: {
    200: json('Its approvals.', z.object({ approvals: approvalDetailOut })),
    404: json('No such batch.', z.unknown()),
  },
});

/** The approvals of what a batch holds now; words on what it held before are void and not shown. */
export const batchApprovals = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db } = c.var.deps;
  const [row, approvals] = await Promise.all([findBatchRow(db, id), approvalsOf(db, id)]);
  if (!row) throw notFound('batch');
  return c.json(
    {
      approvals: {
        contentHash: row.contentHash,
        ...toApprovalDetail(approvals),
        undoUntil: isoOrNull(row.undoUntil),
        undoSecondsLeft: secondsLeft(row),
      },
    },
    200,
  );
});
