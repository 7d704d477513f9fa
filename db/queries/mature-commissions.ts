import { z } from 'zod';
import type { Db } from '../client.ts';
import { newId } from '../new-id.ts';
import { countColumn, onlyRow } from '../rows.ts';

/** A backlog up to here is worked off by time; a larger one by payee. */
const BACKLOG_MAX = 5_000;
const ROWS_MAX = 1_000;
/** Of one round through a backlog. */
const ROUND_ROWS_MAX = 9_000;
/**
 * Of one payable. A payment takes whole payables, debts first, so each must leave place for many debts;
 * and of so many the largest amounts still have a sum.
 */
const PAYABLE_ROWS_MAX = 1_000;
const DEADLINE_MS = 60_000;

const IS_DUE = `status = 'PENDING' and available_at <= now() and not held`;

/** The longest due of all payees. */
const OLDEST = `
  select id from commissions where ${IS_DUE} order by available_at limit ${ROWS_MAX} for update skip locked`;

/**
 * All that is due of the payees after the last one, as many whole payees as fit. Of one that does not
 * fit by itself a part; the rest is met in the next round.
 */
const BY_PAYEE = `
  select p.id from picked p cross join edge e where e.picked < ${ROUND_ROWS_MAX} or p.payee_id < e.last or e.first = e.last`;

const PICKED = `
  picked as materialized (
    select id, payee_id from commissions where ${IS_DUE} and payee_id > $2 order by payee_id, available_at
    limit ${ROUND_ROWS_MAX} for update skip locked
  ),
  edge as materialized (
    select count(*) as picked, min(payee_id) as first, max(payee_id) as last from picked
  ),`;

/** One round: what \`due\` picks joins payables of its own, closed from the start, with its ledger entries. */
const roundOf = (due: string, before = ''): string => `
  with ${before} due as (${due}),
  numbered as (
    select c.id, c.payee_id, c.currency, c.amount_minor, c.earned_at, c.programme_id,
      (row_number() over (partition by c.payee_id, c.currency, c.programme_id order by c.available_at, c.id) - 1)
        / ${PAYABLE_ROWS_MAX} as part
    from commissions c join due on due.id = c.id
  ),
  ready as (
    select n.*, $1 || lpad(to_hex(dense_rank() over (order by payee_id, currency, programme_id, part)), 8, '0') as payable_id
    from numbered n
  ),
  made as (
    insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open, programme_id)
    select payable_id, payee_id, currency, sum(amount_minor), count(*), min(earned_at), false, programme_id
    from ready group by payable_id, payee_id, currency, programme_id
  ),
  moved as (
    update commissions c set status = 'APPROVED', payable_id = r.payable_id
    from ready r where c.id = r.id and c.status = 'PENDING'
    returning c.id, c.payee_id, c.currency, c.amount_minor
  ),
  books as (
    insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id)
    select id || ':earned', line, account,
      case when (line = 1) = (amount_minor > 0) then 'debit' else 'credit' end,
      abs(amount_minor), currency, payee_id
    from moved cross join (values (1, 'commission_expense'), (2, 'payee_payable')) as lines (line, account)
  ),
  trail as (
    insert into audit_logs (action, status, actor, details)
    select 'commission.matured', 'INFO', 'system', jsonb_build_object('count', count(*))
    from moved having count(*) > 0
  )
  select count(*) as matured, max(payee_id) as last, count(distinct payee_id) as payees from moved`;

const roundRow = z.object({
  matured: countColumn,
  last: z.string().nullable(),
  payees: countColumn,
});

const freshPayable = (): string => newId('payable').slice(0, -8);

const oldestRound = async (db: Db): Promise<number> =>
  onlyRow(await db.run(roundRow, roundOf(OLDEST), [freshPayable()], { deadlineMs: DEADLINE_MS }))
    .matured;

/** Walks through the payees, so that all that is due of one comes into one payable a currency and programme. */
async function walkPayees(db: Db): Promise<number> {
  let total = 0;
  for (let after = ''; ;) {
    const values = [freshPayable(), after];
    const options = { deadlineMs: DEADLINE_MS };
    const round = onlyRow(await db.run(roundRow, roundOf(BY_PAYEE, PICKED), values, options));
    total += round.matured;
    if (round.last === null) return total;
    // A round that is full of one payee may have left something of it.
    const full = round.matured === ROUND_ROWS_MAX && round.payees === 1;
    if (!full) after = round.last;
  }
}

async function isLarge(db: Db): Promise<boolean> {
  const rows = await db.run(
    z.object({ waiting: countColumn }),
    `select count(*) as waiting from (select 1 from commissions where ${IS_DUE} limit ${BACKLOG_MAX + 1}) few`,
    [],
    { deadlineMs: DEADLINE_MS },
  );
  return onlyRow(rows).waiting > BACKLOG_MAX;
}

/**
 * Makes every commission payable whose time has come, unless it is held; returns how many. They join
 * payables of their own, one for each payee, currency and programme that a round meets.
 */
export async function matureCommissions(db: Db): Promise<number> {
  let total = (await isLarge(db)) ? await walkPayees(db) : 0;
  for (;;) {
    const matured = await oldestRound(db);
    total += matured;
    if (matured < ROWS_MAX) return total;
  }
}
