import type { RouteApp } from '../../http/endpoint.ts';
import { batchApprovals } from './approvals.ts';
import { approveBatch } from './approve.ts';
import { cancelBatchRoute } from './cancel.ts';
import { listChunks } from './chunks.ts';
import { createBatchRoute } from './create.ts';
import { deleteBatchRoute } from './delete.ts';
import { editBatchRoute } from './edit.ts';
import { batchEvents } from './events.ts';
import { listExclusions } from './exclusions.ts';
import { executeBatch } from './execute.ts';
import { getBatch } from './get.ts';
import { listBatchesRoute } from './list.ts';
import { pauseBatch } from './pause.ts';
import { listPaymentsOfBatch } from './payments.ts';
import { previewRoute } from './preview.ts';
import { rejectBatch } from './reject.ts';
import { resumeBatch } from './resume.ts';
import { retryBatch } from './retry.ts';

export const BATCH_ROUTES: readonly RouteApp[] = [
  previewRoute,
  createBatchRoute,
  listBatchesRoute,
  getBatch,
  listPaymentsOfBatch,
  listExclusions,
  listChunks,
  editBatchRoute,
  deleteBatchRoute,
  executeBatch,
  cancelBatchRoute,
  retryBatch,
  pauseBatch,
  resumeBatch,
  batchApprovals,
  approveBatch,
  rejectBatch,
  batchEvents,
];
