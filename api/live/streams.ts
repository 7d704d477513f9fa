import { RateLimited } from '../http/rate-limited.ts';

/** Streams that one caller may have open at this process, and that all may have together. */
export const STREAMS_PER_CALLER = 10;
const BATCH_STREAMS_PER_CALLER = 100;
const STREAMS_MAX = 5_000;

const RETRY_AFTER_MS = 10_000;

/** News of everything, or the progress of one batch. */
export type StreamKind = 'live' | 'batch';

/** The streams that are open. */
export interface Streams {
  readonly open: number;
  /** Takes a place for one of at most `most` of its kind; gives it back once. Throws `rate_limited`. */
  take(caller: string, kind: StreamKind): () => void;
}

const MOST: Record<StreamKind, number> = {
  live: STREAMS_PER_CALLER,
  batch: BATCH_STREAMS_PER_CALLER,
};

export function makeStreams(): Streams {
  const counts = new Map<string, number>();
  let open = 0;
  return {
    get open() {
      return open;
    },
    take(caller, kind) {
      const key = `${kind} ${caller}`;
      const own = counts.get(key) ?? 0;
      if (own >= MOST[kind] || open >= STREAMS_MAX) {
        throw new RateLimited(
          own >= MOST[kind]
            ? `This caller has ${own} such streams open; close one of them.`
            : 'Too many streams are open; connect again later.',
          RETRY_AFTER_MS,
        );
      }
      counts.set(key, own + 1);
      open += 1;
      let taken = true;
      return () => {
        if (!taken) return;
        taken = false;
        open -= 1;
        const left = (counts.get(key) ?? 1) - 1;
        if (left > 0) counts.set(key, left);
        else counts.delete(key);
      };
    },
  };
}
