import { z } from 'zod';
import { newId } from '../new-id.ts';
import type { Db } from '../client.ts';
import type { AlertStep } from '../../domain/alerts/evaluate.ts';
import type { NoticeWord } from '../../domain/alerts/words.ts';

/** A notice for each channel that the rule `r` of an alert has, as of this statement. */
const notices = (source: string, word: NoticeWord): string => `
  told as (
    insert into alert_notices (alert_id, channel, word)
    select s.id, c.channel, '${word}' from ${source} s join alert_rules r on r.id = s.rule_id
    cross join lateral jsonb_array_elements_text(r.channels) as c (channel)
  )`;

/** The audit row of each alert that `source` has brought to a new state. */
const trail = (source: string, action: string, status: string, actor: string): string => `
  trail_of_${source} as (
    insert into audit_logs (action, status, actor, details)
    select 'alert.${action}', '${status}', ${actor}, jsonb_build_object('alertId', s.id, 'ruleId', s.rule_id,
      'rule', r.name, 'measure', r.measure, 'subject', s.subject, 'severity', s.severity, 'value', s.value,
      'threshold', r.threshold, 'summary', s.summary)
    from ${source} s join alert_rules r on r.id = s.rule_id
  )`;

/**
 * Ends the alerts of the rules that `source` names, as `c`, where `condition` holds; who had heard of one
 * hears that it is over. `toldAsResolved` belongs behind it.
 */
export const endedByRule = (source: string, condition: string, actor: string): string => `
  ended as (
    update alerts a set status = 'RESOLVED', resolved_at = now(), note = coalesce(a.note, 'the rule was ended by ' || ${actor}::text)
    from ${source} c where a.rule_id = c.id and a.status <> 'RESOLVED' and ${condition}
    returning a.*
  ),
  resolved as (select * from ended where fired_at is not null)`;

/** The audit rows and notices of alerts that a person ended with their rule. */
export const toldAsResolved = (actor: string): string =>
  `${trail('resolved', 'resolved', 'INFO', actor)},${notices('resolved', 'resolved')}`;

/** A step of a rule, with the sentence that says what was read. */
export interface StepToRecord {
  ruleId: string;
  step: AlertStep;
  summary: string;
}

const idRow = z.object({ id: z.string() });

/**
 * Records a step: the state of the alert, its audit row and its notices, all in one statement, guarded by
 * the state that it leaves. Changes nothing where another process was there first, or where the rule was
 * ended meanwhile. Safe to repeat. Answers whether somebody is told.
 */
export async function recordStep(
  db: Db,
  { ruleId, step, summary }: StepToRecord,
): Promise<boolean> {
  switch (step.do) {
    case 'pend':
      await db.run(idRow, begin('PENDING'), [
        newId('alert'),
        ruleId,
        step.subject,
        step.value,
        summary,
      ]);
      return false;
    case 'fire': {
      const rows =
        step.alertId === null
          ? await db.run(
              idRow,
              `with ${FIRST},${notices('fired', 'firing')},${trail('fired', 'fired', 'WARNING', "'system'")}
               select id from fired`,
              [newId('alert'), ruleId, step.subject, step.value, summary],
            )
          : await db.run(
              idRow,
              `with ${AFTER_A_WAIT},${notices('fired', 'firing')},${trail('fired', 'fired', 'WARNING', "'system'")}
               select id from fired`,
              [step.alertId, step.value, summary],
            );
      return rows.length > 0;
    }
    case 'again': {
      const rows = await db.run(idRow, AGAIN, [step.alertId, step.value, summary]);
      return rows.length > 0;
    }
    case 'keep':
      await db.run(
        idRow,
        `update alerts set value = $2::float8, summary = $3, seen_at = now()
         where id = $1 and status <> 'RESOLVED' returning id`,
        [step.alertId, step.value, summary],
      );
      return false;
    case 'resolve': {
      const rows = await db.run(idRow, RESOLVE, [step.alertId, step.value]);
      return rows.length > 0;
    }
    case 'drop':
      await db.run(
        idRow,
        `update alerts set status = 'RESOLVED', resolved_at = now()
         where id = $1 and status = 'PENDING' returning id`,
        [step.alertId],
      );
      return false;
  }
}

/** One that is open already for its rule and subject is left as it is: the index sees to that. */
const begin = (status: 'PENDING' | 'FIRING'): string => `
  insert into alerts (id, rule_id, subject, severity, status, value, summary, fired_at, notified_at)
  select $1, r.id, $3, r.severity, '${status}', $4::float8, $5,
    case '${status}' when 'FIRING' then now() end, case '${status}' when 'FIRING' then now() end
  from alert_rules r where r.id = $2 and r.enabled and r.deleted_at is null
  on conflict do nothing
  returning *`;

const FIRST = `fired as (${begin('FIRING')})`;

const AFTER_A_WAIT = `
  fired as (
    update alerts a set status = 'FIRING', severity = r.severity, value = $2::float8, summary = $3,
      fired_at = now(), notified_at = now(), seen_at = now()
    from alert_rules r
    where a.id = $1 and a.status = 'PENDING' and r.id = a.rule_id and r.enabled and r.deleted_at is null
    returning a.*
  )`;

// The time of the last notice is the guard: of two processes that see it due, one tells.
const AGAIN = `
  with again as (
    update alerts a set value = $2::float8, summary = $3, seen_at = now(), notified_at = now()
    from alert_rules r
    where a.id = $1 and a.status = 'FIRING' and a.acknowledged_at is null and r.id = a.rule_id
      and a.notified_at <= now() - r.repeat_minutes * interval '1 minute'
    returning a.*
  ),${notices('again', 'again')}
  select id from again`;

const RESOLVE = `
  with resolved as (
    update alerts a set status = 'RESOLVED', resolved_at = now(), seen_at = now(), value = coalesce($2::float8, a.value)
    where a.id = $1 and a.status = 'FIRING'
    returning a.*
  ),${trail('resolved', 'resolved', 'INFO', "'system'")},${notices('resolved', 'resolved')}
  select id from resolved`;
