import { z } from 'zod';
import type { Db } from '../client.ts';
import type { RuleTarget } from './add-rule-version.ts';

const DEADLINE_MS = 60_000;

const affiliateRow = z.object({
  id: z.string(),
  external_id: z.string(),
  email: z.string(),
  group_name: z.string().nullable(),
  suspended_ms: z.number().nullable(),
});

/** An affiliate whose earnings are tried out. */
export type TriedAffiliate = z.infer<typeof affiliateRow>;

/**
 * Affiliates whom a rule is for and who have conversions in a period, `to` not included, in order of
 * their ids, after id `after`.
 */
export const affiliatesTried = (
  db: Db,
  target: RuleTarget,
  period: { from: Date; to: Date },
  after: string,
  limit: number,
): Promise<TriedAffiliate[]> =>
  db.run(
    affiliateRow,
    `select p.id, p.external_id, p.email, p.group_name,
       round(date_part('epoch', p.suspended_at) * 1000) as suspended_ms
     from payees p
     where p.id > $6 and ($2::text is null or p.group_name = $2) and ($3::text is null or p.id = $3)
       and exists (
         select 1 from conversions c
         where c.programme_id = $1 and c.payee_id = p.id and c.occurred_at >= $4 and c.occurred_at < $5)
     order by p.id limit $7`,
    [
      target.programmeId,
      target.groupName,
      target.payeeId,
      period.from.toISOString(),
      period.to.toISOString(),
      after,
      limit,
    ],
    { deadlineMs: DEADLINE_MS },
  );
