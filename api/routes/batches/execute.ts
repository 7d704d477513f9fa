import { setTimeout as sleep } from 'node:timers/promises';
import { z } from '@hono/zod-openapi';
import type { Db } from '../../../db/client.ts';
import { findBatchRow } from '../../../db/queries/batches.ts';
import { ENDED_BATCH_STATES, type BatchState } from '../../../domain/batch.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { batchState } from '../../schemas/batch.ts';
import { idParams } from '../../schemas/common.ts';
import { executeNow } from './execute-now.ts';

const WAIT_SECONDS_MAX = 60;
const LOOK_EVERY_MS = 100;

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/batches/{id}/execute',
  tags: ['Batches'],
  summary: 'Execute a batch',
  'x-permission': 'process',
  'x-idempotent': true,
  request: {
    params: idParams('batch'),
    query: z.strictObject({
      wait: z.coerce.number().int().min(0).max(WAIT_SECONDS_MAX).default(0).meta({
        description: 'Answer when the batch has ended, or after so many seconds.',
      }),
    }),
    body: optionalJsonBody(z.strictObject({})),
  },
  responses: {
    202: json(
      'Queued or running.',
      z.object({
        result: z.object({ batchId: z.string(), status: batchState, workflowId: z.string() }),
      }),
    ),
    403: json('It is of high value, and the caller does not hold that.', z.unknown()),
    404: json('No such batch.', z.unknown()),
    409: json('Approvals are missing (`approval_required`), or `invalid_state`.', z.unknown()),
  },
});

/** Executes a batch once, however often it is asked. */
export const executeBatch = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { status, workflowId } = await executeNow(c, id);
  const { wait } = c.req.valid('query');
  const reached = wait === 0 ? status : await waitForEnd(c.var.deps.db, id, wait, c.req.raw.signal);
  return c.json({ result: { batchId: id, status: reached ?? status, workflowId } }, 202);
});

/** The state that the batch has reached when it ends, the time is up or the caller has gone. */
async function waitForEnd(
  db: Db,
  id: string,
  seconds: number,
  gone: AbortSignal,
): Promise<BatchState | null> {
  const until = Date.now() + seconds * 1_000;
  for (;;) {
    const row = await findBatchRow(db, id);
    const ended = row && ENDED_BATCH_STATES.some((state) => state === row.status);
    if (!row || ended || gone.aborted || Date.now() >= until) return row?.status ?? null;
    await sleep(LOOK_EVERY_MS);
  }
}
