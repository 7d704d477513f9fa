import { z } from '@hono/zod-openapi';
import { batchExclusions } from '../../../db/queries/batch-exclusions.ts';
import { findBatchRow } from '../../../db/queries/batches.ts';
import { SKIP_REASONS, SKIP_REMEDIES, type SkipCode } from '../../../domain/eligibility.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { notFound } from '../../http/problems.ts';
import { idParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/batches/{id}/exclusions',
  tags: ['Batches'],
  summary: 'Who was left out when a batch was made, with the first reason',
  'x-permission': 'view',
  request: {
    params: idParams('batch'),
    query: z.strictObject({
      code: z.enum(Object.keys(SKIP_REASONS) as [SkipCode, ...SkipCode[]]).optional(),
      ...pageQuery,
    }),
  },
  responses: {
    200: json(
      'A page.',
      z.object({
        exclusions: z.array(
          z.object({
            affiliateId: z.string(),
            code: z.string(),
            reason: z.string(),
            remedy: z.string(),
          }),
        ),
        nextCursor: nextCursorField,
      }),
    ),
    404: json('No such batch.', z.unknown()),
  },
});

/** Exclusions of a batch, by affiliate. */
export const listExclusions = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { code, cursor, limit } = c.req.valid('query');
  const { db } = c.var.deps;
  const [after] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const [batch, found] = await Promise.all([
    findBatchRow(db, id),
    batchExclusions(db, id, { code, after, limit: limit + 1 }),
  ]);
  if (!batch) throw notFound('batch');
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.affiliateId]);
  return c.json(
    { exclusions: rows.map((row) => ({ ...row, remedy: SKIP_REMEDIES[row.code] })), nextCursor },
    200,
  );
});
