import { z } from 'zod';
import type { TierPeriod } from '../../domain/rules/terms.ts';
import type { Db } from '../client.ts';

/** How far the rules of a programme reach: what a calculation must read because of them. */
export interface ProgrammeReach {
  zone: string;
  /** The longest period of a tier in any version; null where there are none. */
  longest: TierPeriod | null;
  /** Whether a month has a minimum fee anywhere. */
  monthly: boolean;
  /** Whether one order, or one customer, counts but once within a window. */
  orders: boolean;
  customers: boolean;
}

const reachRow = z.object({
  zone: z.string(),
  longest: z.enum(['month', 'quarter', 'year', 'all']).nullable(),
  monthly: z.boolean(),
  orders: z.boolean(),
  customers: z.boolean(),
});

/** Reads it from all versions there are: terms that decisions keep come from one of them. Null: no such programme. */
export async function readReach(db: Db, programmeId: string): Promise<ProgrammeReach | null> {
  const period = (name: string) => `terms @? '$.**.period ? (@ == "${name}")'`;
  const rows = await db.run(
    reachRow,
    `with said as (
       select v.terms from payout_rules r join payout_rule_versions v on v.rule_id = r.id where r.programme_id = $1
     )
     select p.zone,
       case when exists (select 1 from said where ${period('all')}) then 'all'
         when exists (select 1 from said where ${period('year')}) then 'year'
         when exists (select 1 from said where ${period('quarter')}) then 'quarter'
         when exists (select 1 from said where ${period('month')}) then 'month' end as longest,
       exists (select 1 from said where terms @? '$.fee.monthlyMinimums[*]') as monthly,
       exists (select 1 from said where terms @? '$.eligibility.orderWindowDays ? (@ != null)') as orders,
       exists (select 1 from said where terms @? '$.eligibility.customerWindowDays ? (@ != null)') as customers
     from programmes p where p.id = $1`,
    [programmeId],
  );
  return rows[0] ?? null;
}
