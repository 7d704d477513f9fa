import { and, asc, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import type { AlertSeverity, Measure } from '../../domain/alerts/measures.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import { isUniqueViolation } from '../errors.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { alertRules } from '../schema/alerts.ts';
import type { Actor } from './actor.ts';
import { endedByRule, toldAsResolved } from './alert-steps.ts';

export type AlertRuleRow = typeof alertRules.$inferSelect;

/** So many rules there may be. */
const ALERT_RULES_MAX = 200;

/** What a rule says. What it measures is said once and for all. */
export interface AlertRuleContent {
  name: string;
  measure: Measure;
  provider: string | null;
  currency: string | null;
  threshold: number;
  windowMinutes: number;
  forMinutes: number;
  severity: AlertSeverity;
  channels: readonly string[];
  repeatMinutes: number | null;
  enabled: boolean;
}

/** What of a rule is changed; what is not given stays. */
export type AlertRuleChange = {
  [Field in Exclude<keyof AlertRuleContent, 'measure' | 'provider' | 'currency'>]?:
    AlertRuleContent[Field] | undefined;
};

/** All alert rules that were not deleted, the oldest first. */
export const listAlertRules = (db: Db): Promise<AlertRuleRow[]> =>
  db.orm
    .select()
    .from(alertRules)
    .where(isNull(alertRules.deletedAt))
    .orderBy(asc(alertRules.id))
    .limit(ALERT_RULES_MAX);

/** Throws `not_found`, for a deleted one too. */
export async function findAlertRule(db: Db, id: string): Promise<AlertRuleRow> {
  const [row] = await db.orm
    .select()
    .from(alertRules)
    .where(and(eq(alertRules.id, id), isNull(alertRules.deletedAt)));
  if (!row) throw new DomainError('not_found', 'There is no such alert rule; check the id.');
  return row;
}

/** Which of these endpoints an event cannot be sent to: there is none of that id. */
export async function unknownEndpoints(db: Db, ids: readonly string[]): Promise<string[]> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    `select i.id from unnest($1::text[]) as i (id)
     where not exists (select 1 from webhook_endpoints w where w.id = i.id and w.deleted_at is null)`,
    [[...ids]],
  );
  return rows.map(({ id }) => id);
}

const told = (row: string): string =>
  `jsonb_build_object('name', ${row}.name, 'measure', ${row}.measure, 'provider', ${row}.provider, 'currency', ${row}.currency,
    'threshold', ${row}.threshold, 'windowMinutes', ${row}.window_minutes, 'forMinutes', ${row}.for_minutes,
    'severity', ${row}.severity, 'channels', ${row}.channels, 'repeatMinutes', ${row}.repeat_minutes, 'enabled', ${row}.enabled)`;

const trail = (action: string, status: string, details: string, source: string): string => `
  trail as (
    insert into audit_logs (action, status, actor, ip_address, user_agent, details)
    select 'alert_rule.${action}', '${status}', $2, $3, $4, jsonb_build_object('ruleId', id) || ${details}
    from ${source}
  )`;

const valuesOf = (id: string, actor: Actor, content: AlertRuleChange) => [
  id,
  actor.id,
  actor.ipAddress,
  actor.userAgent,
  content.name ?? null,
  content.threshold ?? null,
  content.windowMinutes ?? null,
  content.forMinutes ?? null,
  content.severity ?? null,
  content.channels === undefined ? null : JSON.stringify(content.channels),
  content.repeatMinutes ?? null,
  content.enabled ?? null,
];

const idRow = z.object({ id: z.string() });

/**
 * Makes a rule; it is looked at within a minute. Safe to repeat. Throws `invalid_state` where there are
 * too many, or another one has the name.
 */
export async function createAlertRule(
  db: Db,
  { id, content, actor }: { id: string; content: AlertRuleContent; actor: Actor },
): Promise<void> {
  const rows = await uniqueName(
    db.run(
      z.object({ id: z.string().nullable(), rules: countColumn }),
      `with standing as (select count(*) as rules from alert_rules where deleted_at is null),
       made as (
         insert into alert_rules as r (id, name, threshold, window_minutes, for_minutes, severity, channels,
           repeat_minutes, enabled, measure, provider, currency, updated_by)
         select $1, $5, $6::float8, $7::int, $8::int, $9, $10::text::jsonb, $11::int, $12::boolean, $13, $14, $15, $2
         from standing where rules < ${ALERT_RULES_MAX}
         on conflict (id) do nothing
         returning r.id, ${told('r')} as after
       ),${trail('created', 'SUCCESS', "jsonb_build_object('after', after)", 'made')}
       select coalesce((select id from made), (select id from alert_rules where id = $1)) as id, rules from standing`,
      [...valuesOf(id, actor, content), content.measure, content.provider, content.currency],
    ),
  );
  if (onlyRow(rows).id !== null) return;
  throw new DomainError(
    'invalid_state',
    `There are ${ALERT_RULES_MAX} alert rules already; delete one first.`,
  );
}

/**
 * Changes what is given of a rule. The alerts of one that is switched off end, and that is told. Throws
 * `not_found`, or `invalid_state` where another one has the name.
 */
export async function changeAlertRule(
  db: Db,
  { id, change, actor }: { id: string; change: AlertRuleChange; actor: Actor },
): Promise<void> {
  const rows = await uniqueName(
    db.run(
      idRow,
      `with changed as (
         update alert_rules r set name = coalesce($5, r.name), threshold = coalesce($6::float8, r.threshold),
           window_minutes = coalesce($7::int, r.window_minutes), for_minutes = coalesce($8::int, r.for_minutes),
           severity = coalesce($9, r.severity), channels = coalesce($10::text::jsonb, r.channels),
           repeat_minutes = case when $13::boolean then $11::int else r.repeat_minutes end,
           enabled = coalesce($12::boolean, r.enabled), updated_by = $2, updated_at = now(), looked_at = null
         from alert_rules o where o.id = r.id and r.id = $1 and r.deleted_at is null
         returning r.*, ${told('o')} as before, ${told('r')} as after
       ),${trail('changed', 'WARNING', "jsonb_build_object('before', before, 'after', after)", 'changed')},
       ${endedByRule('changed', 'not c.enabled', '$2')},
       ${toldAsResolved('$2')}
       select id from changed`,
      [...valuesOf(id, actor, change), change.repeatMinutes !== undefined],
    ),
  );
  if (rows.length === 0) await findAlertRule(db, id);
}

/** Deletes a rule; its alerts end, and that is told. Throws `not_found`. */
export async function deleteAlertRule(db: Db, id: string, actor: Actor): Promise<void> {
  const rows = await db.run(
    idRow,
    `with gone as (
       update alert_rules r set deleted_at = now(), enabled = false, updated_by = $2, updated_at = now()
       from alert_rules o where o.id = r.id and r.id = $1 and r.deleted_at is null
       returning r.*, ${told('o')} as before
     ),${trail('deleted', 'WARNING', "jsonb_build_object('before', before)", 'gone')},
     ${endedByRule('gone', 'true', '$2')},
     ${toldAsResolved('$2')}
     select id from gone`,
    valuesOf(id, actor, {}).slice(0, 4),
  );
  if (rows.length === 0) await findAlertRule(db, id);
}

/**
 * Tells every channel of a rule once, with its audit row: an alert that was never anything but a test.
 * The same id again changes nothing. Throws `not_found`.
 */
export async function testAlertRule(
  db: Db,
  { id, alertId, actor }: { id: string; alertId: string; actor: Actor },
): Promise<void> {
  const rows = await db.run(
    idRow,
    `with rule as (select * from alert_rules where id = $1 and deleted_at is null),
     made as (
       insert into alerts (id, rule_id, subject, severity, status, value, summary, resolved_at)
       select $2, id, 'test', severity, 'RESOLVED', 0, 'A test that a person asked for.', now() from rule
       on conflict (id) do nothing returning id
     ),
     told as (
       insert into alert_notices (alert_id, channel, word)
       select m.id, c.channel, 'test' from made m cross join rule r
       cross join lateral jsonb_array_elements_text(r.channels) as c (channel)
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'alert_rule.tested', 'INFO', $3, $4, $5, jsonb_build_object('ruleId', $1::text, 'alertId', id) from made
     )
     select id from rule`,
    [id, alertId, actor.id, actor.ipAddress, actor.userAgent],
  );
  if (rows.length === 0) await findAlertRule(db, id);
}

/** Says in plain words that a name is taken. */
async function uniqueName<Rows>(write: Promise<Rows>): Promise<Rows> {
  try {
    return await write;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new DomainError('invalid_state', 'Another alert rule has that name; choose another one.');
  }
}
