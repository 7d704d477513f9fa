import { z } from 'zod';
import type { Db } from '../client.ts';
import { openOrNull, type Vault } from '../vault.ts';

const staleRow = z.object({
  id: z.string(),
  secret_sealed: z.string(),
  old_secret_sealed: z.string().nullable(),
});

/**
 * Writes the secrets of endpoints that were sealed under earlier keys anew under the current one. Safe to
 * repeat and while others write. Answers how many endpoints it changed, and of how many it could not open
 * the secret with the keys it has.
 */
export async function sealEndpointSecrets(
  db: Db,
  vault: Vault,
): Promise<{ sealed: number; unreadable: number }> {
  const stale = await db.run(
    staleRow,
    `select id, secret_sealed, old_secret_sealed from webhook_endpoints
     where deleted_at is null
       and (not starts_with(secret_sealed, $1) or not starts_with(old_secret_sealed, $1))`,
    [vault.prefixes.sealed],
  );
  const total = { sealed: 0, unreadable: 0 };
  for (const row of stale) {
    const secret = openOrNull(vault, row.id, row.secret_sealed);
    if (secret === null) {
      total.unreadable += 1;
      continue;
    }
    const old = row.old_secret_sealed && openOrNull(vault, row.id, row.old_secret_sealed);
    // One that was rotated meanwhile is under the current key already.
    const changed = await db.run(
      z.object({ id: z.string() }),
      `update webhook_endpoints set secret_sealed = $3, old_secret_sealed = $4,
         old_secret_until = case when $4::text is not null then old_secret_until end
       where id = $1 and secret_sealed = $2 returning id`,
      [row.id, row.secret_sealed, vault.seal(row.id, secret), old && vault.seal(row.id, old)],
    );
    total.sealed += changed.length;
  }
  return total;
}
