import { z } from 'zod';
import type { Runner } from './runner.ts';

/**
 * External ids, beginning with `prefix`, of payees by their email address in lower case. One that
 * several of them share is left out: it names nobody.
 */
export async function affiliatesByEmail(
  db: Runner,
  prefix: string,
  emails: readonly string[],
): Promise<Map<string, string>> {
  if (emails.length === 0) return new Map();
  const rows = await db.run(
    z.object({ email: z.string(), external_id: z.string() }),
    `select email, min(external_id) as external_id from payees
     where email = any($1::text[]) and starts_with(external_id, $2) and registered
     group by email having count(*) = 1`,
    [emails, prefix],
  );
  return new Map(rows.map((row) => [row.email, row.external_id]));
}
