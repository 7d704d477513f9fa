import { z } from 'zod';
import type { BudgetStore } from '../../providers/pace.ts';
import type { Db } from '../client.ts';

/**
 * A token bucket of `$2` tokens that fills by `$3` a second. Bucket and refill together stay within the
 * provider's minute: a full bucket and what flows in during the next minute are its limit.
 */
const takeStatement = `
  with held as (
    select key, b.blocked_until,
      least($2::float8, coalesce($5::float8, $2::float8), b.tokens
        + greatest(0, extract(epoch from clock_timestamp() - b.refilled_at))::float8 * $3) as available,
      greatest(0, extract(epoch from b.blocked_until - clock_timestamp()))::float8 as blocked_s
    from rate_budgets b where key = $1 for update
  ),
  given as (
    select key, available, coalesce(blocked_s, 0) as blocked_s,
      case when coalesce(blocked_s, 0) > 0 then 0 else least($4::float8, floor(available)) end as granted
    from held
  ),
  taken as (
    update rate_budgets b set tokens = g.available - g.granted, refilled_at = clock_timestamp()
    from given g where b.key = g.key
  )
  select granted::int as granted,
    (case when granted > 0 then 0 else greatest(blocked_s, (1 - available) / $3::float8) * 1000 end)::float8 as wait_ms
  from given`;

/** The budgets of all processes, in Postgres. */
export const budgetsIn = (db: Db): BudgetStore => ({
  async take(key, { perMinute, burst }, count, atMost) {
    const perSecond = Math.max(perMinute - burst, 1) / 60;
    for (;;) {
      const [taken] = await db.run(
        z.object({ granted: z.number(), wait_ms: z.number() }),
        takeStatement,
        [key, burst, perSecond, count, atMost],
        // Sent again after a lost answer it would take the tokens twice, which wastes some, no more.
      );
      if (taken) return { granted: taken.granted, waitMs: Math.ceil(taken.wait_ms) };
      await db.run(
        z.unknown(),
        'insert into rate_budgets (key, tokens) values ($1, $2) on conflict do nothing',
        [key, burst],
      );
    }
  },
  async block(key, forMs) {
    await db.run(
      z.unknown(),
      `insert into rate_budgets (key, tokens, blocked_until)
       values ($1, 0, clock_timestamp() + $2::float8 * interval '1 ms')
       on conflict (key) do update set tokens = 0, refilled_at = excluded.refilled_at,
         blocked_until = greatest(rate_budgets.blocked_until, excluded.blocked_until)`,
      [key, forMs],
    );
  },
});
