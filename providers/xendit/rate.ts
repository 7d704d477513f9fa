import type { CallResult } from '../http.ts';
import type { RateNews } from '../pace.ts';

const RESET_MAX_MS = 300_000;

/**
 * What an answer says about the budget it was taken from: `Rate-Limit-Remaining` counts calls,
 * `Rate-Limit-Reset` seconds with a fraction (documentation: rate limits).
 */
export function rateNews(result: CallResult): RateNews {
  if (result.kind !== 'answered') return { limited: false, remaining: null, resetMs: null };
  const remaining = plainNumber(result.headers['rate-limit-remaining']);
  const seconds =
    plainNumber(result.headers['rate-limit-reset']) ?? plainNumber(result.headers['retry-after']);
  return {
    limited: result.status === 429,
    remaining: remaining === null ? null : Math.floor(remaining),
    resetMs: seconds === null ? null : Math.min(Math.ceil(seconds * 1_000), RESET_MAX_MS),
  };
}

const plainNumber = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,9}(?:\.\d{1,9})?$/.test(text.trim()) ? Number(text) : null;
