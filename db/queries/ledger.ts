import { and, asc, eq, gte, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { ledgerEntries } from '../schema/ledger-entries.ts';
import { sumColumn } from './preview.ts';

export type LedgerLine = typeof ledgerEntries.$inferSelect;

/** Debits, credits and their difference of each account and currency. */
export const readBalances = (
  db: Db,
  filter: { account?: string | undefined; currency?: string | undefined },
) =>
  db.run(
    z.object({
      account: z.string(),
      currency: z.string(),
      debit_minor: sumColumn,
      credit_minor: sumColumn,
    }),
    `select account, currency,
       coalesce(sum(amount_minor) filter (where side = 'debit'), 0) as debit_minor,
       coalesce(sum(amount_minor) filter (where side = 'credit'), 0) as credit_minor
     from ledger_entries
     where ($1::text is null or account = $1) and ($2::text is null or currency = $2)
     group by account, currency order by account, currency`,
    [filter.account ?? null, filter.currency ?? null],
    { deadlineMs: 30_000 },
  );

export interface LedgerFilter {
  payeeId?: string | undefined;
  batchId?: string | undefined;
  paymentId?: string | undefined;
  account?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  after?: readonly [entryId: string, line: number] | undefined;
  limit: number;
}

/** Lines of the ledger, by entry and line. */
export const listLedgerLines = (db: Db, filter: LedgerFilter): Promise<LedgerLine[]> =>
  db.orm
    .select()
    .from(ledgerEntries)
    .where(
      and(
        filter.payeeId ? eq(ledgerEntries.payeeId, filter.payeeId) : undefined,
        filter.batchId ? eq(ledgerEntries.batchId, filter.batchId) : undefined,
        filter.paymentId ? eq(ledgerEntries.paymentId, filter.paymentId) : undefined,
        filter.account ? eq(ledgerEntries.account, filter.account) : undefined,
        filter.from && gte(ledgerEntries.createdAt, filter.from),
        filter.to && lt(ledgerEntries.createdAt, filter.to),
        filter.after &&
          sql`(${ledgerEntries.entryId}, ${ledgerEntries.line}) > (${filter.after[0]}, ${filter.after[1]})`,
      ),
    )
    .orderBy(asc(ledgerEntries.entryId), asc(ledgerEntries.line))
    .limit(filter.limit);

/** Whether each entry balances in each currency; of those that do not, the first 100. */
export async function checkLedger(db: Db) {
  const [counts, differences] = await Promise.all([
    db.run(
      z.object({ entries: countColumn }),
      'select count(distinct entry_id) as entries from ledger_entries',
      [],
      {
        deadlineMs: 60_000,
      },
    ),
    db.run(
      z.object({ entry_id: z.string(), currency: z.string(), difference_minor: sumColumn }),
      `select entry_id, currency,
         sum(case side when 'debit' then amount_minor else -amount_minor end) as difference_minor
       from ledger_entries group by entry_id, currency
       having sum(case side when 'debit' then amount_minor else -amount_minor end) <> 0
       order by entry_id limit 100`,
      [],
      { deadlineMs: 60_000 },
    ),
  ]);
  return { entries: onlyRow(counts).entries, differences };
}
