import { z } from 'zod';
import type { Frequency } from '../../domain/rules/terms.ts';
import type { Db } from '../client.ts';
import { readTerms } from '../rule-terms.ts';

/** The frequencies that the rules of a programme name, now or from a later day on; each once. */
export async function namedFrequencies(db: Db, programmeId: string): Promise<Frequency[]> {
  const rows = await db.run(
    z.object({ frequency: z.unknown() }),
    `select distinct v.terms->'frequency' as frequency
     from payout_rules r join payout_rule_versions v on v.rule_id = r.id
     where r.programme_id = $1 and v.terms ? 'frequency' and (v.effective_to is null or v.effective_to > now())`,
    [programmeId],
  );
  return rows.flatMap(({ frequency }) => readTerms({ frequency }).frequency ?? []);
}
