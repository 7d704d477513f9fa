import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { DATABASE_WORK, LOOKUPS, RECONCILIATION, SLOT_WAIT, SUBMISSION } from './retry.ts';
import { queueAt } from './names.ts';

/** Each activity under the retry preset that fits what it does. */
export const books = proxyActivities<Activities>(DATABASE_WORK);
export const { acquireSlot } = proxyActivities<Activities>(SLOT_WAIT);

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

const queueOf = (provider: string): string => queueAt(workflowInfo().taskQueue, provider);
