import { and, desc, eq, isNull, lt } from 'drizzle-orm';
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { RiskLevel, RiskRule } from '../../domain/risk/rule.ts';
import type { Db } from '../client.ts';
import { riskEvents } from '../schema/risk-events.ts';
import type { Actor } from './actor.ts';

export type RiskEventRow = typeof riskEvents.$inferSelect;

export interface RiskEventFilter {
  status?: RiskEventRow['status'] | undefined;
  level?: RiskLevel | undefined;
  rule?: RiskRule | undefined;
  batchId?: string | undefined;
  payeeId?: string | undefined;
  actor?: string | undefined;
  /** Null for those that nobody owns. */
  owner?: string | null | undefined;
  /** Only ids below: the last one of the page before. */
  before?: string | undefined;
  limit: number;
}

/** Risk events, newest first. */
export const listRiskEvents = (db: Db, filter: RiskEventFilter): Promise<RiskEventRow[]> =>
  db.orm
    .select()
    .from(riskEvents)
    .where(
      and(
        filter.status && eq(riskEvents.status, filter.status),
        filter.level && eq(riskEvents.level, filter.level),
        filter.rule && eq(riskEvents.rule, filter.rule),
        filter.batchId ? eq(riskEvents.batchId, filter.batchId) : undefined,
        filter.payeeId ? eq(riskEvents.payeeId, filter.payeeId) : undefined,
        filter.actor ? eq(riskEvents.actor, filter.actor) : undefined,
        filter.owner === null ? isNull(riskEvents.owner) : undefined,
        filter.owner ? eq(riskEvents.owner, filter.owner) : undefined,
        filter.before ? lt(riskEvents.id, filter.before) : undefined,
      ),
    )
    .orderBy(desc(riskEvents.id))
    .limit(filter.limit);

/** One risk event. Throws `not_found`. */
export async function findRiskEvent(db: Db, id: string): Promise<RiskEventRow> {
  const [row] = await db.orm.select().from(riskEvents).where(eq(riskEvents.id, id)).limit(1);
  if (!row) throw new DomainError('not_found', 'There is no such risk event; check the id.');
  return row;
}

const OVER = 'The risk event is resolved; what comes up again is an event of its own.';

/** Says who looks after an open event, or that nobody does. Throws `not_found`, `invalid_state`. */
export async function assignRiskEvent(
  db: Db,
  id: string,
  owner: string | null,
  actor: Actor,
): Promise<RiskEventRow> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    `with changed as (
       update risk_events e set owner = $5
       from risk_events o where o.id = $1 and e.id = o.id and e.status = 'OPEN'
       returning e.id, e.batch_id, e.payment_id, o.owner as was
     ),
     trail as (
       insert into audit_logs (action, status, batch_id, payment_id, actor, ip_address, user_agent, details)
       select 'risk.assigned', 'INFO', batch_id, payment_id, $2, $3::text, $4::text,
         jsonb_build_object('riskEventId', id, 'before', jsonb_build_object('owner', was), 'after', jsonb_build_object('owner', $5::text))
       from changed
     )
     select id from changed`,
    [id, actor.id, actor.ipAddress, actor.userAgent, owner],
  );
  const row = await findRiskEvent(db, id);
  if (rows.length === 0) throw new DomainError('invalid_state', OVER);
  return row;
}

/** How a person judges an event: nothing was wrong, something was, or it was and is let pass. */
export interface RiskResolution {
  resolution: 'false_alarm' | 'confirmed' | 'accepted';
  reason: string;
}

/**
 * Whom an event is about: who did it, who gave them the role or the invitation, who made or edited the
 * batch, who changed the account. None of
 * them decides about it, nor a key of theirs.
 */
const ABOUT = `
  select person_behind(each) from unnest(array[e.actor, e.evidence->>'changedBy', e.evidence->>'grantedBy',
    (select created_by from batches where id = e.batch_id), (select edited_by from batches where id = e.batch_id)]) as each
  where each is not null`;

const RESOLVE = `
  with event as (
    select e.id, person_behind($2) = any(array(${ABOUT})) as own from risk_events e where e.id = $1
  ),
  changed as (
    update risk_events e
    set status = 'RESOLVED', resolution = $5, resolution_reason = $6, resolved_by = $2, resolved_at = now()
    from event o where e.id = o.id and e.status = 'OPEN' and not o.own
    returning e.*
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, payment_id, actor, ip_address, user_agent, details)
    select 'risk.resolved', 'INFO', batch_id, payment_id, $2, $3::text, $4::text,
      jsonb_build_object('riskEventId', id, 'rule', rule, 'subject', subject,
        'before', jsonb_build_object('status', 'OPEN'),
        'after', jsonb_build_object('status', 'RESOLVED', 'resolution', $5::text, 'reason', $6::text))
    from changed
  )
  select exists (select 1 from changed) as done, own from event`;

/**
 * Closes an event for good. What it held is let go, or cancelled, by `releaseRisk` afterwards. Throws
 * `not_found`, `own_risk_event` for those whom it is about, `invalid_state` where it is resolved.
 */
export async function resolveRiskEvent(
  db: Db,
  id: string,
  { resolution, reason }: RiskResolution,
  actor: Actor,
): Promise<RiskEventRow> {
  const [step] = await db.run(z.object({ done: z.boolean(), own: z.boolean() }), RESOLVE, [
    id,
    actor.id,
    actor.ipAddress,
    actor.userAgent,
    resolution,
    reason,
  ]);
  const row = await findRiskEvent(db, id);
  if (step?.done) return row;
  if (step?.own) {
    throw new DomainError(
      'own_risk_event',
      'Whom a risk event is about does not decide about it, nor who made its batch or changed its account; ask somebody else.',
    );
  }
  throw new DomainError('invalid_state', OVER);
}
