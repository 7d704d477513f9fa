import { Context } from '@temporalio/activity';

const BEAT_MS = 5_000;

/**
 * Runs work that may wait long for a provider, and tells Temporal every few seconds that it is alive
 * and how far it is: `place` is given back to the next try after a crash.
 */
export async function beating<T>(place: () => unknown, work: () => Promise<T>): Promise<T> {
  const activity = Context.current();
  const beat = setInterval(() => activity.heartbeat(place()), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
