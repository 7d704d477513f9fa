import { z } from 'zod';
import { ALERT_SEVERITIES, MEASURES } from '../../domain/alerts/measures.ts';
import { NOTICE_WORDS, type NoticeText } from '../../domain/alerts/words.ts';
import type { ALERT_EVENTS } from '../../domain/delivery.ts';
import type { Db } from '../client.ts';
import { newId } from '../new-id.ts';
import { countColumn, instantColumn } from '../rows.ts';

/** Whoever has not told by then what came of a notice is taken for dead; mails take up to five minutes. */
const NOTICE_LEASE_MINUTES = 6;
/** What nobody could send for so long is given up. */
const NOTICE_LIFE_HOURS = 24;

const noticeRow = z.object({
  id: countColumn,
  channel: z.string(),
  word: z.enum(NOTICE_WORDS),
  tries: z.number(),
  claim: z.string(),
  alert_id: z.string(),
  subject: z.string(),
  severity: z.enum(ALERT_SEVERITIES),
  summary: z.string(),
  value: z.number(),
  since: instantColumn,
  rule_id: z.string(),
  rule: z.string(),
  measure: z.enum(MEASURES),
});
/** A notice to send now; `claim` proves to `recordNotice` who has claimed it. */
export type DueNotice = z.infer<typeof noticeRow>;

/** What a notice tells. */
export const textOf = (notice: DueNotice): NoticeText => ({
  word: notice.word,
  severity: notice.severity,
  rule: notice.rule,
  measure: notice.measure,
  subject: notice.subject,
  summary: notice.summary,
  alertId: notice.alert_id,
  since: notice.since,
});

/** Ours, for the Message-ID of a mail: the same at every repetition. */
export const noticeMailId = (notice: DueNotice): string => `${notice.alert_id}.${notice.id}`;

/** The audit rows of notices that reached nobody. */
const givenUpTrail = (source: string): string => `
  trail as (
    insert into audit_logs (action, status, actor, details)
    select 'alert.notice_given_up', 'WARNING', 'system',
      jsonb_build_object('alertId', alert_id, 'noticeId', id, 'channel', split_part(channel, ':', 1), 'word', word, 'why', error)
    from ${source} where status = 'GIVEN_UP'
  )`;

const STALE = `created_at < now() - interval '${NOTICE_LIFE_HOURS} hours'`;

/**
 * Claims due notices that are to be mailed, or all others, oldest first. One whose process ended is due
 * again, and sent again with the same id, after a few minutes. What nobody could send for a day is given
 * up; that nobody can mail is found among the others.
 */
export const claimNotices = (
  db: Db,
  { mails, limit }: { mails: boolean; limit: number },
): Promise<DueNotice[]> =>
  db.run(
    noticeRow,
    `with due as (
       select id, ${STALE} as stale from alert_notices
       where status = 'PENDING' and due_at <= now()
         and ((channel like 'mail:%') = $1::boolean or ${STALE})
       order by due_at, id limit $2 for update skip locked
     ),
     given_up as (
       update alert_notices n set status = 'GIVEN_UP', error = coalesce(n.error, 'nobody could send it for a day')
       from due d where n.id = d.id and d.stale returning n.*
     ),
     ${givenUpTrail('given_up')},
     claimed as (
       update alert_notices n set tries = n.tries + 1, due_at = now() + interval '${NOTICE_LEASE_MINUTES} minutes'
       from due d where n.id = d.id and not d.stale returning n.*
     )
     select c.id, c.channel, c.word, c.tries, c.due_at::text as claim, a.id as alert_id, a.subject, a.severity,
       a.summary, a.value, a.since, r.id as rule_id, r.name as rule, r.measure
     from claimed c join alerts a on a.id = c.alert_id join alert_rules r on r.id = a.rule_id
     order by c.id`,
    [mails, limit],
    // Repeated after a lost answer it would claim others, and leave these until their claim ends.
    { repeatable: false },
  );

/** What became of a claimed notice. `again` is for one that may be sent again, after a wait. */
export type NoticeVerdict =
  | { is: 'sent' }
  | { is: 'again'; waitMs: number; error: string }
  | { is: 'given_up'; error: string };

const STATES = { sent: 'SENT', again: 'PENDING', given_up: 'GIVEN_UP' } as const;

/** Records what became of a notice, if the claim is still the last one; being sent always. Safe to repeat. */
export async function recordNotice(
  db: Db,
  { id, claim }: Pick<DueNotice, 'id' | 'claim'>,
  verdict: NoticeVerdict,
): Promise<void> {
  await db.run(
    z.unknown(),
    `with recorded as (
       update alert_notices set status = $3, error = $4, sent_at = case when $3 = 'SENT' then now() end,
         due_at = coalesce(now() + $5::float8 * interval '1 ms', due_at)
       where id = $1 and status = 'PENDING' and (due_at = $2::text::timestamptz or $3 = 'SENT')
       returning *
     ),
     ${givenUpTrail('recorded')}
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

/**
 * Hands a claimed notice to the deliveries of its endpoint, which try it for days: the event and the
 * notice's end are one statement, so it is handed over once. Where the endpoint takes nothing it is given
 * up. Answers which of both. Safe to repeat.
 */
export async function handToEndpoint(
  db: Db,
  notice: DueNotice,
  endpointId: string,
): Promise<'sent' | 'given_up'> {
  const rows = await db.run(
    z.object({ status: z.enum(['SENT', 'GIVEN_UP', 'PENDING']) }),
    `with listening as (
       select exists (select 1 from webhook_endpoints w where w.id = $2 and w.status = 'ENABLED' and w.deleted_at is null) as yes
     ),
     ended as (
       update alert_notices n set status = case when l.yes then 'SENT' else 'GIVEN_UP' end,
         sent_at = case when l.yes then now() end,
         error = case when l.yes then null else 'the endpoint is disabled or gone' end
       from listening l where n.id = $1 and n.status = 'PENDING' returning n.*
     ),
     event as (
       insert into outbox_events (id, type, data)
       select $3, $4, $5::text::jsonb from ended where status = 'SENT'
     ),
     ${givenUpTrail('ended')}
     select coalesce((select status from ended), n.status) as status from alert_notices n where n.id = $1`,
    [
      notice.id,
      endpointId,
      newId('event'),
      eventType(notice),
      JSON.stringify(eventData(notice, endpointId)),
    ],
  );
  return rows[0]?.status === 'SENT' ? 'sent' : 'given_up';
}

const eventType = ({ word }: DueNotice): (typeof ALERT_EVENTS)[number] =>
  word === 'resolved' ? 'alert.resolved' : 'alert.fired';

const eventData = (notice: DueNotice, endpointId: string): Record<string, unknown> => ({
  endpointId,
  alertId: notice.alert_id,
  ruleId: notice.rule_id,
  rule: notice.rule,
  measure: notice.measure,
  subject: notice.subject,
  severity: notice.severity,
  summary: notice.summary,
  value: notice.value,
  since: notice.since.toISOString(),
  again: notice.word === 'again',
  test: notice.word === 'test',
});
