import { z } from 'zod';
import { MEASURES, type Measure, type RuleScope } from '../../domain/alerts/measures.ts';
import type { AlertTerms, OpenAlert } from '../../domain/alerts/evaluate.ts';
import type { Db } from '../client.ts';
import { instantColumn } from '../rows.ts';

const ruleRow = z.object({
  id: z.string(),
  name: z.string(),
  measure: z.enum(MEASURES),
  provider: z.string().nullable(),
  currency: z.string().nullable(),
  threshold: z.number(),
  window_minutes: z.number(),
  for_minutes: z.number(),
  repeat_minutes: z.number().nullable(),
});

/** A rule that this process looks at now. */
export interface DueRule extends RuleScope, AlertTerms {
  id: string;
  name: string;
}

/** Which rules to take: those of measures that a process can read, each at most so often. */
export interface DueLook {
  measures: readonly Measure[];
  /** In seconds; null: once in each window of the rule. */
  everySeconds: number | null;
}

/**
 * Takes the rules that are due to be looked at. Of all processes one gets each of them, once in its
 * interval. Whoever ends before it has looked leaves the rule to the next interval.
 */
export async function takeDueRules(
  db: Db,
  { measures, everySeconds }: DueLook,
): Promise<DueRule[]> {
  const rows = await db.run(
    ruleRow,
    `update alert_rules r set looked_at = now()
     where r.enabled and r.deleted_at is null and r.measure = any($1::text[])
       and (r.looked_at is null
         or r.looked_at <= now() - coalesce($2::float8, r.window_minutes * 60) * interval '1 second')
     returning r.id, r.name, r.measure, r.provider, r.currency, r.threshold, r.window_minutes, r.for_minutes, r.repeat_minutes`,
    [[...measures], everySeconds],
  );
  return rows.map(({ window_minutes, for_minutes, repeat_minutes, ...rule }) => ({
    ...rule,
    windowMinutes: window_minutes,
    forMinutes: for_minutes,
    repeatMinutes: repeat_minutes,
  }));
}

/** Has a rule, that could not be read, looked at again after so long, where that is before its turn. */
export const lookAgainIn = (db: Db, ruleId: string, seconds: number): Promise<unknown> =>
  db.run(
    z.unknown(),
    `update alert_rules set looked_at = least(looked_at, now() - window_minutes * interval '1 minute' + $2::float8 * interval '1 second')
     where id = $1`,
    [ruleId, seconds],
  );

const openRow = z.object({
  id: z.string(),
  subject: z.string(),
  status: z.enum(['PENDING', 'FIRING']),
  since: instantColumn,
  notified_at: instantColumn.nullable(),
  acknowledged: z.boolean(),
});

/** The alerts of a rule that have not ended. */
export async function openAlertsOf(db: Db, ruleId: string): Promise<OpenAlert[]> {
  const rows = await db.run(
    openRow,
    `select id, subject, status, since, notified_at, acknowledged_at is not null as acknowledged
     from alerts where rule_id = $1 and status <> 'RESOLVED'`,
    [ruleId],
  );
  return rows.map(({ since, notified_at: notifiedAt, ...alert }) => ({
    ...alert,
    sinceMs: since.getTime(),
    notifiedAtMs: notifiedAt?.getTime() ?? null,
  }));
}

/** The database's clock, by which all instants of alerts are. In milliseconds. */
export async function databaseNowMs(db: Db): Promise<number> {
  const [row] = await db.run(z.object({ at: instantColumn }), 'select now() as at');
  if (!row) throw new Error('the database tells no time');
  return row.at.getTime();
}
