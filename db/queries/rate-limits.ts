import { createHash } from 'node:crypto';
import { RateLimiterDrizzle, RateLimiterRes } from 'rate-limiter-flexible';
import type { Db } from '../client.ts';
import { rateLimits } from '../schema/limits.ts';

/** So many points in so many seconds, from the first of them on. */
export interface Allowance {
  points: number;
  seconds: number;
}

/** How a key stands after points were taken. */
export interface Taken {
  allowed: boolean;
  /** All points taken in this stretch of time, the last ones with them. */
  used: number;
  /** When the stretch ends and the key begins anew. */
  resetMs: number;
}

/** Points of keys, counted over all processes in Postgres. Every method throws where it is away. */
export interface Counter {
  take(key: string, points?: number): Promise<Taken>;
  /** Gives back what was taken for something that does not count after all. */
  giveBack(key: string, points?: number): Promise<void>;
  /** Allows the key nothing for so long, whatever it has left. */
  block(key: string, seconds: number): Promise<void>;
  /** Begins anew. */
  forget(key: string): Promise<void>;
}

/**
 * A counter of its own name. What it counts by may be an address or an e-mail address, so the table
 * holds a hash of it. One that `sweeps` deletes the rows of all counters an hour after their end.
 */
export function counterIn(
  db: Db,
  name: string,
  { points, seconds }: Allowance,
  { sweeps = false } = {},
): Counter {
  const limiter = new RateLimiterDrizzle({
    storeClient: db.orm,
    schema: rateLimits,
    keyPrefix: name,
    points,
    duration: seconds,
    clearExpiredByTimeout: sweeps,
  });
  return {
    async take(key, count = 1) {
      const answer = await consume(limiter, rowOf(key), count);
      const { consumedPoints: used, msBeforeNext } = answer;
      return { allowed: used <= points, used, resetMs: Math.max(msBeforeNext, 1) };
    },
    async giveBack(key, count = 1) {
      await limiter.reward(rowOf(key), count);
    },
    async block(key, forSeconds) {
      await limiter.block(rowOf(key), forSeconds);
    },
    async forget(key) {
      await limiter.delete(rowOf(key));
    },
  };
}

/** The limiter throws its answer where that is a refusal, and errors beside it. */
async function consume(
  limiter: RateLimiterDrizzle,
  row: string,
  count: number,
): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(row, count);
  } catch (thrown) {
    if (thrown instanceof RateLimiterRes) return thrown;
    throw thrown;
  }
}

const rowOf = (key: string): string => createHash('sha256').update(key).digest('base64url');
