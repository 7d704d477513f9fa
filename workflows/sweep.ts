import { books } from './activities.ts';

/** Run by a Schedule every few seconds: heals what fell between (see the activity). */
export async function sweep(): Promise<void> {
  await books.sweepBatches();
}
