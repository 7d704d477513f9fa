import { and, asc, desc, eq, isNotNull, lt, ne, or } from 'drizzle-orm';
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import { alertNotices, alertRules, alerts } from '../schema/alerts.ts';
import type { Actor } from './actor.ts';

/** An alert with what its rule is called and measures. */
const shown = {
  id: alerts.id,
  ruleId: alerts.ruleId,
  rule: alertRules.name,
  measure: alertRules.measure,
  subject: alerts.subject,
  severity: alerts.severity,
  status: alerts.status,
  value: alerts.value,
  threshold: alertRules.threshold,
  summary: alerts.summary,
  since: alerts.since,
  firedAt: alerts.firedAt,
  notifiedAt: alerts.notifiedAt,
  seenAt: alerts.seenAt,
  acknowledgedBy: alerts.acknowledgedBy,
  acknowledgedAt: alerts.acknowledgedAt,
  note: alerts.note,
  resolvedAt: alerts.resolvedAt,
};
type Stored = typeof alerts.$inferSelect;
export type AlertRow = Stored &
  Pick<typeof alertRules.$inferSelect, 'measure' | 'threshold'> & { rule: string };
export type AlertNoticeRow = typeof alertNotices.$inferSelect;

export interface AlertFilter {
  status?: Stored['status'] | undefined;
  severity?: Stored['severity'] | undefined;
  ruleId?: string | undefined;
  /** Only ids below: the last one of the page before. */
  before?: string | undefined;
  limit: number;
}

/** Alerts, newest first, without those that passed before anybody was told. */
export const listAlerts = (db: Db, filter: AlertFilter): Promise<AlertRow[]> =>
  db.orm
    .select(shown)
    .from(alerts)
    .innerJoin(alertRules, eq(alertRules.id, alerts.ruleId))
    .where(
      and(
        or(ne(alerts.status, 'RESOLVED'), isNotNull(alerts.firedAt)),
        filter.status && eq(alerts.status, filter.status),
        filter.severity && eq(alerts.severity, filter.severity),
        filter.ruleId ? eq(alerts.ruleId, filter.ruleId) : undefined,
        filter.before ? lt(alerts.id, filter.before) : undefined,
      ),
    )
    .orderBy(desc(alerts.id))
    .limit(filter.limit);

/** One alert, a test too. Throws `not_found`. */
export async function findAlert(db: Db, id: string): Promise<AlertRow> {
  const [row] = await db.orm
    .select(shown)
    .from(alerts)
    .innerJoin(alertRules, eq(alertRules.id, alerts.ruleId))
    .where(eq(alerts.id, id))
    .limit(1);
  if (!row) throw new DomainError('not_found', 'There is no such alert; check the id.');
  return row;
}

const NOTICES_SHOWN_MAX = 100;

/** Whom an alert was told, and how that went: its newest notices, oldest first. */
export async function noticesOf(db: Db, alertId: string): Promise<AlertNoticeRow[]> {
  const rows = await db.orm
    .select()
    .from(alertNotices)
    .where(eq(alertNotices.alertId, alertId))
    .orderBy(desc(alertNotices.id), asc(alertNotices.createdAt))
    .limit(NOTICES_SHOWN_MAX);
  return rows.toReversed();
}

/**
 * Says that a person knows of an alert: it is not told again while it lasts. With its audit row. Throws
 * `not_found`, or `invalid_state` where it does not fire, or somebody has said so before.
 */
export async function acknowledgeAlert(
  db: Db,
  { id, note, actor }: { id: string; note: string | null; actor: Actor },
): Promise<AlertRow> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    `with known as (
       update alerts set acknowledged_by = $2, acknowledged_at = now(), note = coalesce($5, note)
       where id = $1 and status = 'FIRING' and acknowledged_at is null returning *
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'alert.acknowledged', 'INFO', $2, $3, $4, jsonb_build_object('alertId', id, 'ruleId', rule_id,
         'subject', subject, 'severity', severity, 'note', note)
       from known
     )
     select id from known`,
    [id, actor.id, actor.ipAddress, actor.userAgent, note],
  );
  const row = await findAlert(db, id);
  if (rows.length > 0) return row;
  throw new DomainError(
    'invalid_state',
    row.acknowledgedBy !== null && row.status === 'FIRING'
      ? `${row.acknowledgedBy} has acknowledged it already.`
      : 'Only an alert that fires is acknowledged; this one does not.',
  );
}
