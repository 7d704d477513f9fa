import { z } from '@hono/zod-openapi';
import { casesOfRun } from '../../../db/queries/reconcile-cases.ts';
import { findRun } from '../../../db/queries/reconcile-runs.ts';
import { reconcileWorkflowId } from '../../../domain/ids.ts';
import { PAGE_ROWS_MAX } from '../../../domain/limits.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { idParams, orNull } from '../../schemas/common.ts';
import {
  reconciliationOut,
  reportOut,
  runCaseOut,
  toReconciliation,
  toReport,
} from '../../schemas/reconciliation.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/reconciliations/{id}',
  tags: ['Reconciliations'],
  summary: 'A reconciliation with its report and cases',
  'x-permission': 'view',
  request: { params: idParams('reconciliation') },
  responses: {
    200: json(
      'The report is null until it is done; of very many cases the first 1,000.',
      z.object({
        reconciliation: reconciliationOut,
        report: orNull(reportOut),
        cases: z.array(runCaseOut),
        workflowId: z.string(),
      }),
    ),
    404: json('No such reconciliation.', z.unknown()),
  },
});

/** One reconciliation. */
export const getReconciliation = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db } = c.var.deps;
  const [row, cases] = await Promise.all([findRun(db, id), casesOfRun(db, id, PAGE_ROWS_MAX)]);
  if (!row) throw notFound('reconciliation');
  const answer = {
    reconciliation: toReconciliation(row),
    report: toReport(row),
    cases,
    workflowId: reconcileWorkflowId(row.provider, row.day),
  };
  return c.json(answer, 200);
});
