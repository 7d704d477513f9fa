import type { Watched } from '../activities/watch-returns.ts';
import { reconciliationAt } from './activities.ts';

export interface WatchReturnsInput {
  provider: string;
  /** In UTC, `2026-01-31`. */
  day: string;
}

/** Looks up payments that were completed days and weeks ago, whose money may have come back unheard. */
export async function watchReturns(input: WatchReturnsInput): Promise<Watched> {
  return reconciliationAt(input.provider).watchReturns(input);
}
