/**
 * Makes so many calls a second, whatever the answers, and waits for all of them. Answers the time of
 * each from the instant on at which it was due, in ms: where calls queue up, their wait counts.
 */
export async function callPaced(
  count: number,
  perSecond: number,
  call: (index: number) => Promise<void>,
): Promise<number[]> {
  const startedMs = performance.now();
  const tookMs: number[] = [];
  const underWay: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const dueMs = startedMs + (index * 1_000) / perSecond;
    const waitMs = dueMs - performance.now();
    if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
    underWay.push(call(index).then(() => void tookMs.push(performance.now() - dueMs)));
  }
  await Promise.all(underWay);
  return tookMs;
}
