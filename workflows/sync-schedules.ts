import { books } from './activities.ts';

/** Has Temporal's Schedules be what the payout schedules of the database say. */
export async function syncSchedules(): Promise<void> {
  await books.syncSchedules();
}
