import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import { onlyRow } from '../rows.ts';
import { securityPolicy } from '../schema/security-policy.ts';
import type { Actor } from './actor.ts';

/** How careful this installation is. Amounts are minor units of `baseCurrency`. */
export type SecurityPolicy = Omit<typeof securityPolicy.$inferSelect, 'id'>;

/** A changed policy holds everywhere no later than this. */
const CACHE_MS = 900;
const known = new WeakMap<Db, { at: number; policy: Promise<SecurityPolicy> }>();

/** The policy, at most 0.9 s old. */
export function loadPolicy(db: Db): Promise<SecurityPolicy> {
  const cached = known.get(db);
  if (cached && Date.now() - cached.at < CACHE_MS) return cached.policy;
  const policy = readPolicy(db);
  known.set(db, { at: Date.now(), policy });
  policy.catch(() => known.delete(db));
  return policy;
}

/** The policy as it is now. */
export async function readPolicy(db: Db): Promise<SecurityPolicy> {
  const rows = await db.orm.select().from(securityPolicy).where(eq(securityPolicy.id, true));
  const { id: _id, ...policy } = onlyRow(rows);
  return policy;
}

/** What of a policy holds at an instant, and from when the rest does; null where all of it does. */
export type PolicyInForce = Pick<
  SecurityPolicy,
  | 'baseCurrency'
  | 'highValueMinor'
  | 'secondApproverFactor'
  | 'undoWindowSeconds'
  | 'accountCooldownHours'
> & { fullyFrom: Date | null };

/**
 * What holds now: a policy that was loosened holds a day later, and until then the stricter of it and the
 * one before. With another base currency, the amount is that of the one before.
 */
export function policyInForce(policy: SecurityPolicy, now = new Date()): PolicyInForce {
  const { strictUntil, strictBaseCurrency, strictHighValueMinor } = policy;
  const holds = strictUntil !== null && strictUntil > now;
  if (!holds || strictBaseCurrency === null || strictHighValueMinor === null)
    return { ...pickedOf(policy), fullyFrom: null };
  const { highValueMinor, secondApproverFactor, undoWindowSeconds, accountCooldownHours } = policy;
  const isNewLower =
    strictBaseCurrency === policy.baseCurrency && highValueMinor < strictHighValueMinor;
  return {
    baseCurrency: strictBaseCurrency,
    highValueMinor: isNewLower ? highValueMinor : strictHighValueMinor,
    secondApproverFactor: Math.min(
      secondApproverFactor,
      policy.strictSecondApproverFactor ?? secondApproverFactor,
    ),
    undoWindowSeconds: Math.max(undoWindowSeconds, policy.strictUndoWindowSeconds ?? 0),
    accountCooldownHours: Math.max(accountCooldownHours, policy.strictAccountCooldownHours ?? 0),
    fullyFrom: strictUntil,
  };
}

const pickedOf = (policy: SecurityPolicy) => ({
  baseCurrency: policy.baseCurrency,
  highValueMinor: policy.highValueMinor,
  secondApproverFactor: policy.secondApproverFactor,
  undoWindowSeconds: policy.undoWindowSeconds,
  accountCooldownHours: policy.accountCooldownHours,
});

/** What of the policy is set anew; the rest stays. */
export interface PolicyChange {
  baseCurrency?: string | undefined;
  highValueMinor?: bigint | undefined;
  secondApproverFactor?: number | undefined;
  undoWindowSeconds?: number | undefined;
  accountCooldownHours?: number | undefined;
  /** What is set otherwise than the risk rules' defaults, by rule; all of it, checked by the caller. */
  risk?: Record<string, unknown> | undefined;
}

/**
 * Changes the policy, if it still has the version that the caller looked at. What loosens it holds a day
 * later, by a trigger. Throws `content_changed` where it has another version.
 */
export async function changePolicy(
  db: Db,
  { version, change, actor }: { version: number; change: PolicyChange; actor: Actor },
): Promise<SecurityPolicy> {
  const rows = await db.run(z.object({ id: z.boolean() }), CHANGE, [
    version,
    change.baseCurrency ?? null,
    change.highValueMinor ?? null,
    change.secondApproverFactor ?? null,
    change.undoWindowSeconds ?? null,
    change.accountCooldownHours ?? null,
    change.risk === undefined ? null : JSON.stringify(change.risk),
    actor.id,
    actor.ipAddress,
    actor.userAgent,
  ]);
  known.delete(db);
  const policy = await readPolicy(db);
  if (rows.length === 0) {
    throw new DomainError(
      'content_changed',
      `The policy is at version ${policy.version} by now; read it again.`,
    );
  }
  return policy;
}

/** What an audit row tells of the policy. */
const told = (row: string): string =>
  `jsonb_build_object('baseCurrency', ${row}.base_currency, 'highValueAmount', ${row}.high_value_minor,
    'secondApproverFactor', ${row}.second_approver_factor, 'undoWindowSeconds', ${row}.undo_window_seconds,
    'accountCooldownHours', ${row}.account_cooldown_hours, 'risk', ${row}.risk)`;

const CHANGE = `
  with changed as (
    update security_policy p set
      base_currency = coalesce($2::text, p.base_currency),
      high_value_minor = coalesce($3::bigint, p.high_value_minor),
      second_approver_factor = coalesce($4::int, p.second_approver_factor),
      undo_window_seconds = coalesce($5::int, p.undo_window_seconds),
      account_cooldown_hours = coalesce($6::int, p.account_cooldown_hours),
      risk = coalesce($7::text::jsonb, p.risk),
      version = p.version + 1, updated_by = $8, updated_at = now()
    from security_policy o where o.id = p.id and p.version = $1::bigint and o.version = p.version
    returning p.id, ${told('o')} as before, ${told('p')} as after
  ),
  trail as (
    insert into audit_logs (action, status, actor, ip_address, user_agent, details)
    select 'policy.changed', 'WARNING', $8, $9, $10, jsonb_build_object('before', before, 'after', after)
    from changed
  )
  select id from changed`;
