const WINDOW_MS = 60_000;
const CUT_FROM = 1_024;

/** A provider's own limit as one call meets it. */
export type LimitState = {
  /** Calls a minute. */
  readonly perMinute: number;
  /** How many more may come now. */
  readonly remaining: number;
  /** Until one more may come; where some may, until the window is empty. Milliseconds. */
  readonly resetMs: number;
  /** True where this call is one too many; it then does not count. */
  readonly isPassed: boolean;
};

type Window = { times: number[]; head: number };

/** Calls a minute of each provider, in a sliding window for each endpoint and credential. */
export class Limits {
  readonly #perMinute = new Map<string, number>();
  #windows = new Map<string, Window>();

  get active(): boolean {
    return this.#perMinute.size > 0;
  }

  /** From now on; null takes the limit away. Windows begin again. */
  set(provider: string, perMinute: number | null): void {
    if (perMinute === null) this.#perMinute.delete(provider);
    else this.#perMinute.set(provider, perMinute);
    this.#windows = new Map();
  }

  /** Counts a call; null where this provider has no limit. */
  take(provider: string, endpoint: string, credential: string): LimitState | null {
    const perMinute = this.#perMinute.get(provider);
    if (perMinute === undefined) return null;
    const window = this.#windowOf(`${provider}\n${endpoint}\n${credential}`);
    const now = performance.now();
    while ((window.times[window.head] ?? now) <= now - WINDOW_MS) window.head += 1;
    const used = window.times.length - window.head;
    const isPassed = used >= perMinute;
    if (!isPassed) window.times.push(now);
    const oldest = window.times[window.head] ?? now;
    const resetMs = oldest + WINDOW_MS - now;
    return { perMinute, remaining: isPassed ? 0 : perMinute - used - 1, resetMs, isPassed };
  }

  clear(): void {
    this.#perMinute.clear();
    this.#windows = new Map();
  }

  #windowOf(name: string): Window {
    let window = this.#windows.get(name);
    if (window === undefined) {
      window = { times: [], head: 0 };
      this.#windows.set(name, window);
    } else if (window.head > CUT_FROM) {
      window.times = window.times.slice(window.head);
      window.head = 0;
    }
    return window;
  }
}
