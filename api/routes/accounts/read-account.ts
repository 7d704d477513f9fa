import type { z } from '@hono/zod-openapi';
import type { Db } from '../../../db/client.ts';
import { findAccount, withShares } from '../../../db/queries/accounts.ts';
import { notFound } from '../../http/problems.ts';
import { toAccount, type accountOut } from '../../schemas/account.ts';

/** One account as answers show it; 404 where it is not there. */
export async function readAccount(
  db: Db,
  provider: string,
  id: string,
): Promise<z.infer<typeof accountOut>> {
  const row = await findAccount(db, provider, id);
  const [account] = row ? await withShares(db, [row]) : [];
  if (!account) throw notFound('account');
  return toAccount(account);
}
