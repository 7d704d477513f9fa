/** One bucket of tokens for each rule: holds a second's worth, and fills all the time. */
export class TokenBuckets {
  readonly #buckets = new Map<number, { tokens: number; atMs: number }>();

  /** Takes one token of this rule's bucket. 0 when there was one, else the milliseconds until there is. */
  take(rule: number, perSecond: number): number {
    const now = performance.now();
    const holds = Math.max(1, perSecond);
    const bucket = this.#buckets.get(rule) ?? { tokens: holds, atMs: now };
    bucket.tokens = Math.min(holds, bucket.tokens + ((now - bucket.atMs) * perSecond) / 1_000);
    bucket.atMs = now;
    this.#buckets.set(rule, bucket);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    return Math.max(1, Math.ceil(((1 - bucket.tokens) * 1_000) / perSecond));
  }

  clear(): void {
    this.#buckets.clear();
  }
}
