import { setTimeout as sleep } from 'node:timers/promises';
import { z } from '@hono/zod-openapi';
import { streamSSE, type SSEStreamingApi } from 'hono/streaming';
import { latestAuditId } from '../../../db/queries/audit.ts';
import type { Db } from '../../../db/client.ts';
import { ENDED_BATCH_STATES } from '../../../domain/batch.ts';
import { endpoint, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { readBatch } from './read-batch.ts';

const LOOK_EVERY_MS = 300;
/** A snapshot counts all payments of the batch, so a running one sends at most this many a second. */
const SNAPSHOT_EVERY_MS = 1_000;
const HEARTBEAT_EVERY_MS = 15_000;

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/batches/{id}/events',
  tags: ['Batches'],
  summary: 'Progress of a batch as server-sent events, until it ends',
  'x-permission': 'view',
  request: {
    params: idParams('batch'),
    headers: z.object({
      'last-event-id': z
        .string()
        .regex(/^\d{1,15}$/)
        .optional(),
    }),
  },
  responses: {
    200: {
      description: 'Events `progress`, each a whole snapshot of the batch, then `end`.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
  },
});

/**
 * Each event holds all there is to know, and its id is the newest audit row it has seen, so a client
 * that comes back with `Last-Event-ID` misses nothing: it gets the present state if that is newer.
 */
export const batchEvents = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db } = c.var.deps;
  await readBatch(db, id);
  const seen = Number(c.req.valid('header')['last-event-id'] ?? -1);
  c.header('x-accel-buffering', 'no');
  return streamSSE(c, (stream) => follow(db, id, seen, stream));
});

async function follow(
  db: Db,
  batchId: string,
  seenBefore: number,
  stream: SSEStreamingApi,
): Promise<void> {
  let seen = seenBefore;
  let saidAt = Date.now();
  let snapshotAt = 0;
  while (!stream.aborted) {
    const newest = await latestAuditId(db, batchId);
    const first = snapshotAt === 0;
    if (first || (newest > seen && Date.now() - snapshotAt >= SNAPSHOT_EVERY_MS)) {
      const id = String(newest);
      const batch = await readBatch(db, batchId);
      if (newest > seen)
        await stream.writeSSE({ event: 'progress', id, data: JSON.stringify(batch) });
      if (ENDED_BATCH_STATES.some((state) => state === batch.status)) {
        return stream.writeSSE({ event: 'end', id, data: '{}' });
      }
      seen = newest;
      saidAt = snapshotAt = Date.now();
    }
    if (Date.now() - saidAt > HEARTBEAT_EVERY_MS) {
      await stream.write(': alive\n\n');
      saidAt = Date.now();
    }
    await sleep(LOOK_EVERY_MS);
  }
}
