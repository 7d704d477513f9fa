import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { DATABASE_WORK, LOOKUPS, SLOT_WAIT, SUBMISSION } from './retry.ts';

/** Each activity under the retry preset that fits what it does. */
export const books = proxyActivities<Activities>(DATABASE_WORK);
export const { submitSlice } = proxyActivities<Activities>(SUBMISSION);
export const { acquireSlot } = proxyActivities<Activities>(SLOT_WAIT);
export const { pollPayments, resolveDoubtful } = proxyActivities<Activities>(LOOKUPS);
