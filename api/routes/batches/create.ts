import { z } from '@hono/zod-openapi';
import { batchExclusions } from '../../../db/queries/batch-exclusions.ts';
import { createBatch } from '../../../db/queries/create-batch.ts';
import { findBatchRow } from '../../../db/queries/batches.ts';
import { callerHolds } from '../../http/caller.ts';
import { actorOf, type AppContext } from '../../http/context.ts';
import { deny } from '../../http/auth.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { batchOut, batchRequestFields, toBatchRequest } from '../../schemas/batch.ts';
import { instant, text } from '../../schemas/common.ts';
import { guardAction } from '../../risk-guard.ts';
import { executeNow, watchApprovals } from './execute-now.ts';
import { readBatch } from './read-batch.ts';
import { requireProgramme } from '../../require-programme.ts';

const body = z.strictObject({
  ...batchRequestFields,
  previewHash: z.string().max(200).optional(),
  scheduledFor: instant
    .optional()
    .meta({ type: 'string', description: 'Not executed before then.' }),
  autoExecute: z
    .boolean()
    .default(false)
    .meta({ description: 'Ask for execution at once; it runs by itself once it is approved.' }),
  note: text(1_000).optional(),
});

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/batches',
  tags: ['Batches'],
  summary: 'Make a batch of all that is payable, or of some affiliates',
  'x-permission': 'create',
  'x-idempotent': true,
  request: { body: optionalJsonBody(body) },
  responses: {
    201: json(
      'The batch, and who was left out why.',
      z.object({
        batch: batchOut,
        excluded: z.array(
          z.object({ affiliateId: z.string(), code: z.string(), reason: z.string() }),
        ),
      }),
    ),
    400: json('Nobody can be paid now (`no_payable_affiliates`).', z.unknown()),
    409: json('The preview no longer fits (`preview_stale`).', z.unknown()),
  },
});

/** Makes a batch; repeated under its `Idempotency-Key` after a crash it finds the one it made. */
export const createBatchRoute = newApp().openapi(route, async (c) => {
  const { autoExecute, ...request } = c.req.valid('json');
  if (autoExecute && !callerHolds(c.var.caller, 'process')) await deny(c, 'process');
  if (autoExecute) await guardAction(c, 'pay');
  const { batchId, excluded } = await makeOnce(c, request);
  if (autoExecute) await executeNow(c, batchId, { whenApproved: true });
  else await watchApprovals(c, batchId);
  return c.json({ batch: await readBatch(c.var.deps.db, batchId), excluded }, 201);
});

async function makeOnce(c: AppContext, request: Omit<z.infer<typeof body>, 'autoExecute'>) {
  const { db, settings, terms } = c.var.deps;
  const batchId = c.var.newId('batch');
  if (await findBatchRow(db, batchId)) {
    return { batchId, excluded: await batchExclusions(db, batchId) };
  }
  await requireProgramme(db, request.programmeId);
  const provider = request.provider ?? settings.defaultProvider;
  return createBatch(db, {
    ...toBatchRequest(request),
    provider,
    limits: await terms.read(provider, request.currency),
    batchId,
    actor: actorOf(c),
    requiredApprovals: settings.approvalsRequired,
  });
}
