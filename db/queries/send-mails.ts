import { z } from 'zod';
import type { Db } from '../client.ts';
import { onlyRow } from '../rows.ts';

const ENABLED = 'exists (select 1 from mail_settings where enabled)';

/** A worker that has not told by then what became of a mail is taken for dead. */
export const MAIL_DOUBT_MINUTES = 10;

/** Says whether payees are written to. Nothing is written while they are not. Safe to repeat. */
export const setMailsEnabled = (db: Db, enabled: boolean): Promise<unknown> =>
  db.run(
    z.unknown(),
    `insert into mail_settings ("only", enabled) values (true, $1)
     on conflict ("only") do update set enabled = excluded.enabled where mail_settings.enabled <> excluded.enabled`,
    [enabled],
  );

/** The audit rows of mails that a person has to look at. */
const trailOf = (source: string): string => `
  trail_of_${source} as (
    insert into audit_logs (action, status, batch_id, payment_id, from_state, to_state, actor, details)
    select 'mail.' || lower(status), 'WARNING', batch_id, payment_id, 'SENDING', status, 'system',
      jsonb_build_object('mailId', id, 'affiliateId', payee_id, 'event', event, 'why', error)
    from ${source} where status in ('FAILED', 'UNKNOWN')
  )`;

const claimedRow = z.object({
  id: z.string(),
  event: z.enum(['scheduled', 'paid', 'failed', 'action_needed']),
  payment_id: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  tries: z.number(),
  claim: z.string(),
  email: z.string(),
  full_name: z.string(),
  language: z.string(),
});
/** A mail to send now; `claim` proves to `recordMail` who has claimed it. */
export type ClaimedMail = z.infer<typeof claimedRow>;

/**
 * Claims due mails, oldest first. One that was claimed ten minutes ago and not told of since may have been
 * sent: it becomes UNKNOWN and is not sent again. Nothing is claimed while payees are not written to.
 */
export const claimMails = (db: Db, limit: number): Promise<ClaimedMail[]> =>
  db.run(
    claimedRow,
    `with due as (
       select id, status from payee_mails
       where status in ('PENDING', 'SENDING') and due_at <= now() and ${ENABLED}
       order by due_at limit $1 for update skip locked
     ),
     doubtful as (
       update payee_mails m set status = 'UNKNOWN', error = 'the worker ended while it was sent'
       from due d where m.id = d.id and d.status = 'SENDING'
       returning m.*
     ),
     ${trailOf('doubtful')},
     claimed as (
       update payee_mails m set status = 'SENDING', tries = m.tries + 1,
         due_at = now() + interval '${MAIL_DOUBT_MINUTES} minutes'
       from due d where m.id = d.id and d.status = 'PENDING'
       returning m.*
     )
     select c.id, c.event, c.payment_id, c.data, c.tries, c.due_at::text as claim, y.email, y.full_name, y.language
     from claimed c join payees y on y.id = c.payee_id order by c.id`,
    [limit],
    // Repeated after a lost answer it would claim others, and leave these in doubt; they were not begun.
    { repeatable: false },
  );

/** What became of a claimed mail. `again` is for a mail that was surely not taken, after a wait. */
export type MailVerdict =
  | { is: 'sent' }
  | { is: 'again'; waitMs: number; error: string }
  | { is: 'failed' | 'unknown'; error: string };

const STATES = { sent: 'SENT', again: 'PENDING', failed: 'FAILED', unknown: 'UNKNOWN' } as const;

/**
 * Records what became of a mail, if the claim is still the last one. Being sent is recorded after ten
 * minutes, too. Safe to repeat.
 */
export async function recordMail(
  db: Db,
  { id, claim }: Pick<ClaimedMail, 'id' | 'claim'>,
  verdict: MailVerdict,
): Promise<void> {
  await db.run(
    z.unknown(),
    `with recorded as (
       update payee_mails set status = $3, error = $4,
         sent_at = case when $3 = 'SENT' then now() end,
         due_at = coalesce(now() + $5::float8 * interval '1 ms', due_at)
       where id = $1 and due_at = $2::timestamptz
         and (status = 'SENDING' or (status = 'UNKNOWN' and $3 = 'SENT'))
       returning *
     ),
     ${trailOf('recorded')}
     select count(*) from recorded`,
    [
      id,
      claim,
      STATES[verdict.is],
      verdict.is === 'sent' ? null : verdict.error,
      verdict.is === 'again' ? verdict.waitMs : null,
    ],
  );
}

/** After how many milliseconds the next mail is due; null where none waits. */
export async function nextMailMs(db: Db): Promise<number | null> {
  const rows = await db.run(
    z.object({ next_ms: z.number().nullable() }),
    `select (extract(epoch from min(due_at) - now()) * 1000)::float8 as next_ms from payee_mails
     where status in ('PENDING', 'SENDING') and ${ENABLED}`,
  );
  const next = onlyRow(rows).next_ms;
  return next === null ? null : Math.max(0, Math.ceil(next));
}
