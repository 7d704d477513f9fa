import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import {
  CALCULATION,
  DATABASE_WORK,
  DELIVERIES,
  EXPORTS,
  LOOKUPS,
  PAYOUT_RUNS,
  RECONCILIATION,
  SLOT_WAIT,
  SUBMISSION,
} from './retry.ts';
import { outgoingQueueAt, queueAt } from './names.ts';

/** Each activity under the retry preset that fits what it does. */
export const books = proxyActivities<Activities>(DATABASE_WORK);
export const calculation = proxyActivities<Activities>(CALCULATION);
export const exporting = proxyActivities<Activities>(EXPORTS);
export const { acquireSlot } = proxyActivities<Activities>(SLOT_WAIT);

/** Calculating what was earned and making the batches of it. */
export const payouts = proxyActivities<Activities>(PAYOUT_RUNS);

/** Asking a provider, for runs that began before each had a queue of its own. */
export const lookups = proxyActivities<Activities>(LOOKUPS);

/** Sending, on the provider's own queue: a slow provider holds up nobody else's work. */
export const submissionAt = (provider: string) =>
  proxyActivities<Activities>({ ...SUBMISSION, taskQueue: queueOf(provider) });

/** Asking a provider, on its own queue. */
export const lookupsAt = (provider: string) =>
  proxyActivities<Activities>({ ...LOOKUPS, taskQueue: queueOf(provider) });

/** Reading and comparing whole days of a provider, on its own queue. */
export const reconciliationAt = (provider: string) =>
  proxyActivities<Activities>({ ...RECONCILIATION, taskQueue: queueOf(provider) });

/** Telling endpoints of events, on a queue of its own: a slow endpoint holds up no payment. */
export const deliveries = () =>
  proxyActivities<Activities>({
    ...DELIVERIES,
    taskQueue: outgoingQueueAt(workflowInfo().taskQueue),
  });

const queueOf = (provider: string): string => queueAt(workflowInfo().taskQueue, provider);
