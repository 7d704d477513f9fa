/** Something to start, given a signal that tells it to give up. */
export type Start = (signal: AbortSignal) => Promise<unknown>;

/**
 * Starts all at the same time. Where one fails or `outer` is aborted, the others are told to give
 * up; all have settled before this returns, so nothing is started behind the back of a clean-up.
 * @throws what the first that failed threw, or the reason of `outer`.
 */
export async function startAll(starts: readonly Start[], outer?: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const signal = outer === undefined ? failed.signal : AbortSignal.any([failed.signal, outer]);
  await Promise.all(
    starts.map((start) => start(signal).catch((error: unknown) => failed.abort(error))),
  );
  outer?.throwIfAborted();
  failed.signal.throwIfAborted();
}
