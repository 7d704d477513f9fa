import type { ConnectionLike } from '@temporalio/client';
import { startAlertWatch, type AlertWatch, type AlertWatchOptions } from '../db/alerts/watch.ts';
import { QUICK_MEASURES } from '../domain/alerts/measures.ts';
import { readTemporalHealth } from '../temporal/health.ts';
import { TASK_QUEUE } from '../workflows/names.ts';

/** Looks after alerts beside the API, with all measures but those that read more than a worker may. */
export function watchAlerts(
  tools: Pick<AlertWatchOptions, 'db' | 'log' | 'mailer'>,
  temporal: { connection: ConnectionLike; namespace: string },
): AlertWatch {
  const { connection, namespace } = temporal;
  const queue = { namespace, taskQueue: TASK_QUEUE };
  const senses = { temporal: () => readTemporalHealth(connection, queue) };
  return startAlertWatch({ ...tools, senses, measures: QUICK_MEASURES });
}
