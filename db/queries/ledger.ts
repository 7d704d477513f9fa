import { z } from 'zod';
import type { Db } from '../client.ts';
import { amountColumn, countColumn, instantColumn, onlyRow } from '../rows.ts';
import { ENTRIES_DIFFER, PAYABLES_DIFFER } from './derived-balances.ts';
import { sumColumn } from './preview.ts';

/** Which lines of the ledger are meant: those for which all holds that is given. */
export interface LineFilter {
  /** An account, or all accounts of a kind: `provider_clearing/*`. */
  account?: string | undefined;
  currency?: string | undefined;
  payeeId?: string | undefined;
  batchId?: string | undefined;
  paymentId?: string | undefined;
  escrowId?: string | undefined;
  entryId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

/** A WHERE of what was asked for and nothing else, so that each filter has the plan that suits it. */
function whereOf(filter: LineFilter): { where: string; values: unknown[] } {
  const below = filter.account?.endsWith('/*') ? filter.account.slice(0, -1) : undefined;
  const asked: readonly (readonly [condition: string, value: unknown])[] = [
    ['starts_with(account, ?)', below],
    ['account = ?', below === undefined ? filter.account : undefined],
    ['currency = ?', filter.currency],
    ['payee_id = ?', filter.payeeId],
    ['batch_id = ?', filter.batchId],
    // There is an index by payee and none by payment; every line of a payment names both.
    [
      'payment_id = ? and payee_id = (select p.payee_id from payments p where p.id = ?)',
      filter.paymentId,
    ],
    // Releases, refunds, and what became of the payments: all lines of the batches of its releases.
    [
      'batch_id = any(array(select r.batch_id from escrow_releases r where r.escrow_id = ?))',
      filter.escrowId,
    ],
    ['entry_id = ?', filter.entryId],
    ['created_at >= ?::timestamptz', filter.from?.toISOString()],
    ['created_at < ?::timestamptz', filter.to?.toISOString()],
  ];
  const given = asked.filter(([, value]) => value !== undefined);
  const conditions = given.map(([condition], place) => condition.replaceAll('?', `$${place + 1}`));
  return { where: ['true', ...conditions].join(' and '), values: given.map(([, value]) => value) };
}

const balanceRow = z.object({
  account: z.string(),
  currency: z.string(),
  debit_minor: sumColumn,
  credit_minor: sumColumn,
});

/** Debits and credits of each account and currency, over the lines that are meant. */
export function readBalances(db: Db, filter: LineFilter): Promise<z.infer<typeof balanceRow>[]> {
  const { where, values } = whereOf(filter);
  return db.run(
    balanceRow,
    `select account, currency,
       coalesce(sum(amount_minor) filter (where side = 'debit'), 0) as debit_minor,
       coalesce(sum(amount_minor) filter (where side = 'credit'), 0) as credit_minor
     from ledger_entries where ${where}
     group by account, currency order by account, currency`,
    values,
    { deadlineMs: 30_000 },
  );
}

const lineRow = z.object({
  entryId: z.string(),
  line: z.number(),
  account: z.string(),
  side: z.enum(['debit', 'credit']),
  amountMinor: amountColumn,
  currency: z.string(),
  payeeId: z.string().nullable(),
  paymentId: z.string().nullable(),
  batchId: z.string().nullable(),
  escrowId: z.string().nullable(),
  corrects: z.string().nullable(),
  createdAt: instantColumn,
});
export type LedgerLine = z.infer<typeof lineRow>;

/** The filters that an index answers: few lines, wherever they stand in the order of entries. */
const KEYS = ['payeeId', 'batchId', 'paymentId', 'escrowId', 'entryId'] as const;

/**
 * At most `limit` lines by entry and line, after the place `after`. Lines found by a key are fetched
 * before they are sorted (`offset 0`): the planner would else walk all entries in order, hoping to
 * meet enough of them soon.
 */
export function listLedgerLines(
  db: Db,
  filter: LineFilter,
  page: { after: readonly [entryId: string, line: number] | undefined; limit: number },
): Promise<LedgerLine[]> {
  const { where, values } = whereOf(filter);
  const fence = KEYS.some((key) => filter[key] !== undefined) ? 'offset 0' : '';
  const next = values.length + 1;
  const after = page.after ? `and (entry_id, line) > ($${next + 1}, $${next + 2}::smallint)` : '';
  return db.run(
    lineRow,
    `select entry_id as "entryId", line, account, side, amount_minor as "amountMinor", currency, payee_id as "payeeId",
       payment_id as "paymentId", batch_id as "batchId", escrow_id as "escrowId", corrects, created_at as "createdAt"
     from (select * from ledger_entries where ${where} ${after} ${fence}) found
     order by entry_id, line limit $${next}`,
    [...values, page.limit, ...(page.after ?? [])],
    { deadlineMs: 30_000 },
  );
}

/** Of each kind of difference so many are told. */
const DIFFERENCES_MAX = 100;
const DEADLINE_MS = 60_000;

const derivedRow = z.object({
  what: z.enum(['payable', 'release', 'refund', 'payment']),
  entry_id: z.string().nullable(),
  account: z.string(),
  payee_id: z.string().nullable(),
  escrow_id: z.string().nullable(),
  currency: z.string(),
  derived_minor: sumColumn,
  stored_minor: sumColumn,
});

/**
 * Adds up every entry of the ledger in each currency, and holds the ledger against what is stored
 * beside it. Answers how many entries there are, the first hundred that do not balance, and the first
 * hundred places where the ledger says another amount than what is stored.
 */
export async function checkLedger(db: Db) {
  const patient = { deadlineMs: DEADLINE_MS };
  const counts = await db.run(
    z.object({ entries: countColumn }),
    'select count(distinct entry_id) as entries from ledger_entries',
    [],
    patient,
  );
  const differences = await db.run(
    z.object({ entry_id: z.string(), currency: z.string(), difference_minor: sumColumn }),
    `select entry_id, currency,
       sum(case side when 'debit' then amount_minor else -amount_minor end) as difference_minor
     from ledger_entries group by entry_id, currency
     having sum(case side when 'debit' then amount_minor else -amount_minor end) <> 0
     order by entry_id limit ${DIFFERENCES_MAX}`,
    [],
    patient,
  );
  const derived = await db.run(
    derivedRow,
    `select * from (${PAYABLES_DIFFER} union all ${ENTRIES_DIFFER}) differ
     order by what, entry_id, account, payee_id limit ${DIFFERENCES_MAX}`,
    [],
    patient,
  );
  return { entries: onlyRow(counts).entries, differences, derived };
}
