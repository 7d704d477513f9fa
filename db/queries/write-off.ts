import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { makeId } from '../../domain/ids.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import type { Db } from '../client.ts';
import { isWriteOffTooLarge } from '../errors.ts';
import { amountColumn, instantColumn, onlyRow } from '../rows.ts';
import type { Actor } from './actor.ts';

export interface WriteOff {
  /** Of the first earning that sets the debt off; chosen by the caller, so that a repetition finds its own. */
  commissionId: string;
  payeeId: string;
  currency: string;
  /** All of the debt where none is given. */
  amountMinor: bigint | null;
  reason: string;
  actor: Actor;
}

const writtenRow = z.object({
  id: z.string(),
  payee_id: z.string(),
  currency: z.string(),
  amount_minor: amountColumn,
  reason: z.string().nullable(),
  created_at: instantColumn,
});

export type WrittenOff = z.infer<typeof writtenRow>;

/** The first bears the id that was chosen; the others differ from it in the last eight digits. */
const SHARED_DIGITS = 'length($1::text) - 8';
const idOfShare = (id: string): string =>
  `case when place = 1 then ${id} else left(${id}, ${SHARED_DIGITS}) || lpad(to_hex(place), 8, '0') end`;

/**
 * A debt is set off in the programme that it is in, the largest first: what is earned there afterwards is
 * paid by the batches of that programme. Each share is judged once more as it is inserted, when those
 * of all stand as payables: `commissions_write_off` in the migrations.
 */
const STATEMENT = `
  with owed as (
    select -sum(p.amount_minor)::bigint as minor from payables p
    where p.payee_id = $3 and p.currency = $4 and p.payment_id is null and p.paid_at is null
  ),
  chosen as materialized (
    select coalesce($5::bigint, minor) as minor from owed
    where minor > 0 and coalesce($5::bigint, minor) <= minor and not exists (select 1 from commissions where id = $1)
  ),
  debts as (
    select max(c.programme_id) as programme_id, -sum(c.amount_minor)::bigint as minor
    from commissions c join payables p on p.id = c.payable_id
    where c.payee_id = $3 and p.currency = $4 and p.payment_id is null and p.paid_at is null
    group by coalesce(c.programme_id, '${DEFAULT_PROGRAMME_ID}') having sum(c.amount_minor) < 0
  ),
  placed as (
    select programme_id, minor, row_number() over largest as place, (sum(minor) over largest - minor)::bigint as before
    from debts window largest as (order by minor desc, programme_id nulls first)
  ),
  shares as materialized (
    select d.programme_id, d.place, least(d.minor, c.minor - d.before) as minor,
      ${idOfShare('$1::text')} as id, ${idOfShare('$2::text')} as payable_id
    from placed d cross join chosen c where d.before < c.minor
  ),
  payable as (
    insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open, programme_id)
    select payable_id, $3, $4, minor, 1, now(), false, programme_id from shares
    returning id
  ),
  earned as (
    insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at, available_at,
      description, kind, programme_id)
    select id, 'write_off_' || substr(id, 5), $3, minor, $4, 'APPROVED', payable_id, now(), now(), $6, 'write_off', programme_id
    from shares where (select count(*) from payable) > 0
    returning id, amount_minor
  ),
  books as (
    insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id)
    select id || ':written_off', line, account, side, amount_minor, $4, $3
    from earned cross join (values (1, 'bad_debt_expense', 'debit'), (2, 'payee_payable', 'credit')) as l (line, account, side)
  )
  insert into audit_logs (action, status, actor, ip_address, user_agent, details)
  select 'debt.written_off', 'WARNING', $7, $8, $9, jsonb_build_object('affiliateId', $3::text, 'currency', $4::text,
    'amount', sum(amount_minor), 'commissionId', $1::text, 'reason', $6::text)
  from earned having count(*) > 0 returning id`;

/**
 * Writes off what a payee owes in a currency, or a part of it: an earning that sets it off for each programme
 * that it is in, their ledger entries and the audit row, in one statement. Never more than is owed at that instant. Safe to repeat
 * with the same id. Throws `not_found`, and `validation_error` where less is owed, or nothing.
 */
export async function writeOff(db: Db, given: WriteOff): Promise<WrittenOff> {
  try {
    await db.run(z.object({ id: z.union([z.bigint(), z.number()]) }), STATEMENT, [
      given.commissionId,
      makeId('payable', given.commissionId.slice(4)),
      given.payeeId,
      given.currency,
      given.amountMinor?.toString() ?? null,
      given.reason,
      given.actor.id,
      given.actor.ipAddress,
      given.actor.userAgent,
    ]);
  } catch (error) {
    if (!isWriteOffTooLarge(error)) throw error;
  }
  const [written] = await db.run(
    writtenRow,
    `select $1::text as id, payee_id, currency, sum(amount_minor)::bigint as amount_minor, min(description) as reason,
       min(created_at) as created_at
     from commissions
     where (id = $1 or id between left($1, ${SHARED_DIGITS}) || '00000000' and left($1, ${SHARED_DIGITS}) || 'ffffffff')
       and kind = 'write_off'
     group by payee_id, currency`,
    [given.commissionId],
  );
  if (written) return written;
  throw await refusal(db, given);
}

async function refusal(db: Db, { payeeId, currency, amountMinor }: WriteOff): Promise<DomainError> {
  const { known, owed } = onlyRow(
    await db.run(
      z.object({ known: z.boolean(), owed: z.boolean() }),
      `select exists (select 1 from payees where id = $1) as known, coalesce((
         select sum(amount_minor) < 0 from payables
         where payee_id = $1 and currency = $2 and payment_id is null and paid_at is null), false) as owed`,
      [payeeId, currency],
    ),
  );
  if (!known) return new DomainError('not_found', 'There is no such affiliate; check the id.');
  const [path, reason] =
    owed && amountMinor !== null
      ? ['amount', 'is more than the affiliate owes']
      : ['currency', 'is none that the affiliate owes anything in'];
  return new DomainError('validation_error', `The request is not valid: ${path}: ${reason}`, [
    { path, reason },
  ]);
}
