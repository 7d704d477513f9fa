import { Context } from '@temporalio/activity';

const BEAT_MS = 3_000;

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

/**
 * The same for an activity on the database alone, which never needs its place again: so a worker that
 * dies in the middle is noticed within seconds. It keeps its name.
 */
export function alive<Args extends unknown[], Result>(
  activity: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  const beats = (...args: Args) =>
    beating(
      () => null,
      () => activity(...args),
    );
  return Object.defineProperty(beats, 'name', { value: activity.name });
}
