import { hc } from 'hono/client';
import type { assignCase } from '../../../api/routes/cases/assign.ts';
import type { getCase } from '../../../api/routes/cases/get.ts';
import type { listCasesRoute } from '../../../api/routes/cases/list.ts';
import type { noteCase } from '../../../api/routes/cases/note.ts';
import type { resolveCase } from '../../../api/routes/cases/resolve.ts';
import type { listPaymentsRoute } from '../../../api/routes/payments/list.ts';
import type { resolvePaymentRoute } from '../../../api/routes/payments/resolve.ts';
import type { createReconciliation } from '../../../api/routes/reconciliations/create.ts';
import type { getReconciliation } from '../../../api/routes/reconciliations/get.ts';
import type { listReconciliations } from '../../../api/routes/reconciliations/list.ts';
import { clientOptions, type AnswerOf, type Group } from '../../lib/api.ts';

export const runApi = hc<
  Group<typeof createReconciliation | typeof getReconciliation | typeof listReconciliations>
>('/', clientOptions).api.disbursement.reconciliations;

export const caseApi = hc<
  Group<
    | typeof listCasesRoute
    | typeof getCase
    | typeof assignCase
    | typeof noteCase
    | typeof resolveCase
  >
>('/', clientOptions).api.disbursement.cases;

export const doubtApi = hc<Group<typeof listPaymentsRoute | typeof resolvePaymentRoute>>(
  '/',
  clientOptions,
).api.disbursement.payments;

export type Run = AnswerOf<typeof runApi.$get>['reconciliations'][number];
const oneRun = runApi[':id'];
export type RunDetail = AnswerOf<typeof oneRun.$get>;
export type Report = NonNullable<RunDetail['report']>;
export type Case = AnswerOf<typeof caseApi.$get>['cases'][number];
