import { z } from 'zod';
import type { RiskRule } from '../../domain/risk/rule.ts';
import type { Db } from '../client.ts';
import { isLastSuperAdmin } from '../errors.ts';

/** The rules about who acts; what the others find is about payments, batches or providers. */
const ACTOR_RULES: readonly RiskRule[] = [
  'unusual_hour',
  'new_device',
  'two_networks',
  'failed_sign_ins',
  'permission_probing',
  'fresh_role',
  'approver_pair',
  'bulk_reveal',
];

const openRow = z.object({ id: z.string(), rule: z.string(), level: z.enum(['high', 'critical']) });
type OpenActorRisk = z.infer<typeof openRow>;

/**
 * The worst open event about what this actor, or the person behind it, has done; undefined where there
 * is none that holds them.
 */
export async function openRiskOf(db: Db, actor: string): Promise<OpenActorRisk | undefined> {
  const rows = await db.run(
    openRow,
    `select id, rule, level from risk_events
     where status = 'OPEN' and level in ('high', 'critical') and rule = any($2::text[])
       and actor in ($1, person_behind($1))
     order by level = 'critical' desc, id limit 1`,
    [actor, [...ACTOR_RULES]],
  );
  return rows[0];
}

/**
 * Freezes a key, or a person with all of their sessions, with its audit row; a token has nothing here
 * that could be frozen. The last super_admin is not frozen, or nobody could resolve the event: only
 * their sessions end. Safe to repeat.
 */
export async function freezeActor(db: Db, actor: string, reason: string): Promise<void> {
  const [kind, id] = [actor.slice(0, actor.indexOf(':')), actor.slice(actor.indexOf(':') + 1)];
  if (kind === 'key') await db.run(z.unknown(), FREEZE_KEY, [id, reason]);
  if (kind !== 'user') return;
  try {
    await db.run(z.unknown(), FREEZE_USER, [id, reason]);
  } catch (error) {
    if (!isLastSuperAdmin(error)) throw error;
    await db.run(z.unknown(), END_SESSIONS, [id, reason]);
  }
}

const FREEZE_KEY = `
  with frozen as (
    update api_keys set frozen_at = now(), frozen_reason = $2 where id = $1 and frozen_at is null returning id
  )
  insert into audit_logs (action, status, actor, details)
  select 'api_key.frozen', 'WARNING', 'system', jsonb_build_object('keyId', id, 'reason', $2::text) from frozen`;

const FREEZE_USER = `
  with frozen as (
    update users set frozen_at = now(), frozen_reason = $2, updated_at = now()
    where id = $1 and frozen_at is null returning id
  ),
  ended as (
    delete from user_sessions where user_id = $1
  )
  insert into audit_logs (action, status, actor, details)
  select 'user.frozen', 'WARNING', 'system', jsonb_build_object('userId', id, 'reason', $2::text) from frozen`;

const END_SESSIONS = `
  with ended as (
    delete from user_sessions where user_id = $1 returning id
  )
  insert into audit_logs (action, status, actor, details)
  select 'session.revoked', 'WARNING', 'system',
    jsonb_build_object('userId', $1::text, 'sessions', count(*), 'reason', $2::text)
  from ended having count(*) > 0`;
