import { and, desc, eq, lt } from 'drizzle-orm';
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import { payeeMails } from '../schema/payee-mails.ts';
import { payees } from '../schema/payees.ts';
import type { Actor } from './actor.ts';

/** A mail as lists show it, with the payee's address of now. */
const shown = {
  id: payeeMails.id,
  payeeId: payeeMails.payeeId,
  email: payees.email,
  event: payeeMails.event,
  subject: payeeMails.subject,
  paymentId: payeeMails.paymentId,
  batchId: payeeMails.batchId,
  status: payeeMails.status,
  tries: payeeMails.tries,
  dueAt: payeeMails.dueAt,
  error: payeeMails.error,
  createdAt: payeeMails.createdAt,
  sentAt: payeeMails.sentAt,
};
type Stored = typeof payeeMails.$inferSelect;
export type MailRow = Omit<Stored, 'data'> & { email: string };

export interface MailFilter {
  payeeId?: string | undefined;
  status?: Stored['status'] | undefined;
  event?: Stored['event'] | undefined;
  /** Only ids below: the last one of the page before. */
  before?: string | undefined;
  limit: number;
}

/** Mails to payees, newest first. */
export const listMails = (db: Db, filter: MailFilter): Promise<MailRow[]> =>
  db.orm
    .select(shown)
    .from(payeeMails)
    .innerJoin(payees, eq(payees.id, payeeMails.payeeId))
    .where(
      and(
        filter.payeeId ? eq(payeeMails.payeeId, filter.payeeId) : undefined,
        filter.status && eq(payeeMails.status, filter.status),
        filter.event && eq(payeeMails.event, filter.event),
        filter.before ? lt(payeeMails.id, filter.before) : undefined,
      ),
    )
    .orderBy(desc(payeeMails.id))
    .limit(filter.limit);

async function findMail(db: Db, id: string): Promise<MailRow> {
  const [row] = await db.orm
    .select(shown)
    .from(payeeMails)
    .innerJoin(payees, eq(payees.id, payeeMails.payeeId))
    .where(eq(payeeMails.id, id))
    .limit(1);
  if (!row) throw new DomainError('not_found', 'There is no such mail.');
  return row;
}

/**
 * Has a mail sent again that failed, or of which nobody knows whether it was sent; with its audit row.
 * Throws `not_found`, or `invalid_state` for any other mail.
 */
export async function retryMail(db: Db, id: string, actor: Actor): Promise<MailRow> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    `with chosen as (
       select id, status from payee_mails where id = $1 and status in ('FAILED', 'UNKNOWN') for update
     ),
     again as (
       update payee_mails m set status = 'PENDING', tries = 0, due_at = now(), error = null
       from chosen c where m.id = c.id
       returning m.id, m.payee_id, m.payment_id, m.batch_id, m.event, c.status as was
     ),
     trail as (
       insert into audit_logs (action, status, batch_id, payment_id, from_state, to_state, actor, ip_address, user_agent, details)
       select 'mail.retried', 'INFO', batch_id, payment_id, was, 'PENDING', $2, $3, $4,
         jsonb_build_object('mailId', id, 'affiliateId', payee_id, 'event', event)
       from again
     )
     select id from again`,
    [id, actor.id, actor.ipAddress, actor.userAgent],
  );
  const row = await findMail(db, id);
  if (rows.length > 0) return row;
  throw new DomainError(
    'invalid_state',
    'Only a mail that failed, or of which nobody knows whether it was sent, is sent again.',
  );
}
