import { z } from 'zod';
import { openDetails, sealContent } from '../account-columns.ts';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';
import type { Vault } from '../vault.ts';

const PAGE = 500;
const ROUNDS_MAX = 5;
const DEADLINE_MS = 30_000;

const staleRow = z.object({
  id: z.string(),
  version: z.string(),
  provider: z.string(),
  account_ref: z.string(),
  details: z.record(z.string(), z.unknown()).nullable(),
  details_sealed: z.string().nullable(),
});
type StaleRow = z.infer<typeof staleRow>;

/** Accounts after id `$1` whose details lie open, or that were written under other keys. */
const STALE = `
  select id, xmin::text as version, provider, account_ref, details, details_sealed from accounts
  where id > $1 and (details is not null or destination_index is null
    or not starts_with(destination_index, $2) or not starts_with(details_sealed, $3))
  order by id limit ${PAGE}`;

/** Rows that others have changed since they were read are left for the next round. */
const SEAL = `
  with sealed as (
    update accounts a set details = null, details_sealed = i.sealed, details_masked = i.masked::jsonb,
      channel_code = i.channel, destination_index = i.destination
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
      as i (id, version, sealed, masked, channel, destination)
    where a.id = i.id and a.xmin::text = i.version
    returning a.id
  )
  select count(*) as sealed from sealed`;

/**
 * Encrypts account details that earlier versions wrote open, and writes details and indexes of
 * earlier keys anew under those of `vault`, page by page. Safe to repeat and while others write.
 * Answers how many accounts it changed, and how many it could not open with the keys it has.
 */
export async function sealPlainDetails(
  db: Db,
  vault: Vault,
): Promise<{ sealed: number; unreadable: number }> {
  let sealed = 0;
  for (let round = 1; ; round += 1) {
    const done = await runOnce(db, vault);
    sealed += done.sealed;
    if (done.missed === 0 || round === ROUNDS_MAX) return { sealed, unreadable: done.unreadable };
  }
}

async function runOnce(db: Db, vault: Vault) {
  const total = { sealed: 0, missed: 0, unreadable: 0 };
  const { sealed, index } = vault.prefixes;
  for (let after = ''; ;) {
    const values = [after, index, sealed];
    const page = await db.run(staleRow, STALE, values, { deadlineMs: DEADLINE_MS });
    const readable = page.flatMap((row) => sealRow(vault, row) ?? []);
    total.unreadable += page.length - readable.length;
    const stored = await storeSealed(db, readable);
    total.sealed += stored;
    total.missed += readable.length - stored;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return total;
    after = last.id;
  }
}

/** Null where the details cannot be opened. */
function sealRow(vault: Vault, row: StaleRow) {
  const details = openDetails(vault, { ...row, detailsSealed: row.details_sealed });
  if (details === 'unreadable') return null;
  const content = { accountRef: row.account_ref, details };
  return { ...row, ...sealContent(vault, row.id, row.provider, content) };
}

async function storeSealed(
  db: Db,
  rows: readonly NonNullable<ReturnType<typeof sealRow>>[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const stored = await db.run(z.object({ sealed: countColumn }), SEAL, [
    rows.map(({ id }) => id),
    rows.map(({ version }) => version),
    rows.map(({ detailsSealed }) => detailsSealed),
    rows.map(({ detailsMasked }) => detailsMasked && JSON.stringify(detailsMasked)),
    rows.map(({ channelCode }) => channelCode),
    rows.map(({ destinationIndex }) => destinationIndex),
  ]);
  return onlyRow(stored).sealed;
}
