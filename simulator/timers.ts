const GRAIN_MS = 5;

/**
 * Tasks at a wall-clock time, never early and at most about 5 ms late. Tasks due in the same 5 ms
 * share one timer, so a million waiting transfers cost a few thousand timers and settle in groups
 * that share one write of the log.
 */
export class Timers {
  readonly #buckets = new Map<number, { handle: NodeJS.Timeout; tasks: (() => void)[] }>();

  /** Runs `task` at `dueAtMs` (epoch milliseconds); at once, but never in this turn, when it has passed. */
  at(dueAtMs: number, task: () => void): void {
    const now = Date.now();
    const due = Math.ceil(Math.max(dueAtMs, now) / GRAIN_MS) * GRAIN_MS;
    const bucket = this.#buckets.get(due);
    if (bucket !== undefined) {
      bucket.tasks.push(task);
      return;
    }
    const handle = setTimeout(() => this.#run(due), due - now);
    this.#buckets.set(due, { handle, tasks: [task] });
  }

  /** Resolves after `ms`; never, when the timers are cleared before. */
  async sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.at(Date.now() + ms, resolve);
    });
  }

  /** Forgets every task. */
  clear(): void {
    for (const bucket of this.#buckets.values()) clearTimeout(bucket.handle);
    this.#buckets.clear();
  }

  #run(due: number): void {
    const bucket = this.#buckets.get(due);
    this.#buckets.delete(due);
    for (const task of bucket?.tasks ?? []) task();
  }
}
