import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { PAYMENT_STATES, type PaymentState } from '../../domain/payment.ts';
import { makeId } from '../../domain/ids.ts';
import type { Db } from '../client.ts';
import { holds } from '../schema/holds.ts';
import { eq } from 'drizzle-orm';
import type { Actor } from './actor.ts';
import { findHold, type HoldRow, type HoldSubject } from './holds.ts';

export interface NewHold {
  /** Chosen by the caller, so that a repetition finds its own. */
  id: string;
  subject: HoldSubject;
  subjectId: string;
  kind: 'manual' | 'risk';
  reason: string;
  /** Who sees to it. */
  owner: string;
  expiresAt: Date | null;
  actor: Actor;
}

/** The hold and its audit row, for each row of `source`. */
const placed = (source: string): string => `
  placed as (
    insert into holds (id, subject_kind, subject_id, kind, reason, owner, expires_at, created_by)
    select $1, $2, s.id, $4, $5, $6, $7::timestamptz, $8 from ${source} s
    returning id, subject_id
  ),
  trail_of_hold as (
    insert into audit_logs (action, status, batch_id, payment_id, actor, ip_address, user_agent, details)
    select 'hold.placed', 'WARNING', (select batch_id from payments where id = p.subject_id),
      case $2 when 'payment' then p.subject_id end, $8, $9::text, $10::text,
      jsonb_build_object('holdId', p.id, 'subject', $2::text, 'subjectId', p.subject_id, 'kind', $4::text,
        'reason', $5::text, 'owner', $6::text, 'expiresAt', $7::timestamptz)
    from placed p
  )`;

const UNDONE = 'not exists (select 1 from holds where id = $1)';

const PAYEE = `
  with subject as (select id from payees where id = $3 and ${UNDONE}),
  ${placed('subject')}
  select id from placed`;

/**
 * An earning that has not matured does not mature; one in a payable that nobody claims moves to one of its
 * own, which nobody claims while it is held. What the books owe stays as it is.
 */
const COMMISSION = `
  with waiting as (
    update commissions c set held = true
    where c.id = $3 and c.status = 'PENDING' and not c.held and c.amount_minor > 0 and ${UNDONE}
    returning c.id
  ),
  free as materialized (
    select c.id, c.payee_id, c.currency, c.amount_minor, c.earned_at, p.id as payable_id, p.programme_id, p.commission_count
    from commissions c join payables p on p.id = c.payable_id
    where c.id = $3 and c.status = 'APPROVED' and not c.held and c.amount_minor > 0
      and p.payment_id is null and p.paid_at is null and ${UNDONE}
    for update of p, c
  ),
  alone as (
    update payables p set held = true, open = false from free f
    where p.id = f.payable_id and f.commission_count = 1
  ),
  own as (
    insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open, programme_id, held)
    select $11, payee_id, currency, amount_minor, 1, earned_at, false, programme_id, true
    from free where commission_count > 1
  ),
  moved as (
    update commissions c set held = true, payable_id = case when f.commission_count > 1 then $11 else c.payable_id end
    from free f where c.id = f.id
    returning c.id
  ),
  left_behind as (
    update payables p set amount_minor = p.amount_minor - f.amount_minor, commission_count = p.commission_count - 1
    from free f where p.id = f.payable_id and f.commission_count > 1
  ),
  subject as (select id from waiting union all select id from moved),
  ${placed('subject')}
  select id from placed`;

/** Only a payment that surely is not on its way. When it was last changed stays: see its release. */
const PAYMENT = `
  with subject as (
    update payments p set status = 'ON_HOLD', hold_reason = 'manual_hold', held_at = now()
    where p.id = $3 and p.status = 'PENDING' and ${UNDONE}
    returning p.id, p.batch_id
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, payment_id, from_state, to_state, actor, details)
    select 'payment.held', 'WARNING', batch_id, id, 'PENDING', 'ON_HOLD', $8,
      jsonb_build_object('reason', 'manual_hold', 'why', $5::text)
    from subject
  ),
  ${placed('subject')}
  select id from placed`;

const STATEMENTS: Record<HoldSubject, string> = {
  payee: PAYEE,
  commission: COMMISSION,
  payment: PAYMENT,
};

const TRIES_MAX = 3;

/**
 * Puts a payee, a commission or a payment on hold, with its audit rows, in one statement. Safe to repeat
 * with the same id. Throws `not_found`, and `invalid_state` for an earning that a payment claims or that
 * takes something back, and for a payment that is not PENDING; the message says what to do instead.
 */
export async function placeHold(db: Db, hold: NewHold): Promise<HoldRow> {
  const values = [
    hold.id,
    hold.subject,
    hold.subjectId,
    hold.kind,
    hold.reason,
    hold.owner,
    hold.expiresAt?.toISOString() ?? null,
    hold.actor.id,
    hold.actor.ipAddress,
    hold.actor.userAgent,
    ...(hold.subject === 'commission' ? [makeId('payable', hold.id.slice(4))] : []),
  ];
  // What matures or is claimed at the same moment is judged again where it stands then.
  for (let tries = 1; ; tries += 1) {
    const rows = await db.run(z.object({ id: z.string() }), STATEMENTS[hold.subject], values);
    if (rows.length > 0 || (await isPlaced(db, hold.id))) return findHold(db, hold.id);
    const refusal = await refusalOf(db, hold);
    if (refusal.code !== 'unavailable' || tries >= TRIES_MAX) throw refusal;
  }
}

async function isPlaced(db: Db, id: string): Promise<boolean> {
  const rows = await db.orm.select({ id: holds.id }).from(holds).where(eq(holds.id, id)).limit(1);
  return rows.length > 0;
}

function refusalOf(db: Db, { subject, subjectId }: NewHold): Promise<DomainError> {
  if (subject === 'commission') return commissionRefusal(db, subjectId);
  if (subject === 'payment') return paymentRefusal(db, subjectId);
  return Promise.resolve(new DomainError('not_found', 'There is no such affiliate; check the id.'));
}

const AGAIN = new DomainError('unavailable', 'It was changed at the same moment; repeat the call.');

async function commissionRefusal(db: Db, id: string): Promise<DomainError> {
  const [row] = await db.run(
    z.object({
      status: z.string(),
      held: z.boolean(),
      below_zero: z.boolean(),
      payment_id: z.string().nullable(),
    }),
    `select c.status, c.held, c.amount_minor < 0 as below_zero, p.payment_id
     from commissions c left join payables p on p.id = c.payable_id where c.id = $1`,
    [id],
  );
  if (!row) return new DomainError('not_found', 'There is no such commission; check the id.');
  if (row.held) return new DomainError('invalid_state', 'The commission is on hold already.');
  if (row.below_zero)
    return new DomainError(
      'invalid_state',
      'What takes something back is not paid, so it is not held; put the affiliate on hold.',
    );
  if (row.payment_id !== null)
    return new DomainError(
      'invalid_state',
      `The commission is in payment ${row.payment_id}; put that on hold, if it is PENDING.`,
    );
  if (row.status === 'REVERSED')
    return new DomainError('invalid_state', 'The commission was reversed; it is not paid.');
  return AGAIN;
}

const INSTEAD: Record<PaymentState, string> = {
  PENDING: 'repeat the call',
  PROCESSING: 'it is with the provider; wait for its end',
  UNKNOWN: 'it may be with the provider; wait until that is known',
  ON_HOLD: 'it is not sent already; cancel it, or put its affiliate on hold too',
  FAILED: 'it is not sent unless somebody retries it; cancel it, or put its affiliate on hold',
  COMPLETED: 'it is paid; put its affiliate on hold to stop what comes after it',
  CANCELLED: 'put its affiliate on hold to stop what comes after it',
  RETURNED: 'put its affiliate on hold to stop what comes after it',
};

async function paymentRefusal(db: Db, id: string): Promise<DomainError> {
  const [row] = await db.run(
    z.object({ status: z.enum(PAYMENT_STATES) }),
    'select status from payments where id = $1',
    [id],
  );
  if (!row) return new DomainError('not_found', 'There is no such payment; check the id.');
  if (row.status === 'PENDING') return AGAIN;
  return new DomainError(
    'invalid_state',
    `Only a payment that is PENDING is put on hold, and this one is ${row.status}: ${INSTEAD[row.status]}.`,
  );
}
