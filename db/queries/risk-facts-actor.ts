import { z } from 'zod';
import { ROLES } from '../../domain/permissions.ts';
import { isMoney, type ActorFacts, type JudgedKind } from '../../domain/risk/actor-facts.ts';
import { RISK_RULES } from '../../domain/risk/rule.ts';
import type { Db } from '../client.ts';
import { onlyRow } from '../rows.ts';
import { MONEY_SQL, SEEN_SQL } from './risk-acts.ts';
import type { RiskTerms } from './risk-settings.ts';
import { before, DAY_MS, HOUR_MS, MINUTE_MS, quietSql, USUAL_DAYS } from './risk-times.ts';

/** What an actor does, or has just tried. */
export interface JudgedAction {
  kind: JudgedKind;
  /** As in the audit log: `user:<id>`, `key:<id>`, `token:<issuer>:<subject>`, `anonymous`. */
  actor: string;
  ipAddress: string | null;
  userAgent: string | null;
  /** Of `approve` and `execute`. */
  batchId?: string | undefined;
  /** Whom a sign-in names, as its audit row does in `details.email`; or the prefix of a refused key. */
  account?: string | undefined;
  /** True where the audit row of this very action is written already; else it counts beside the log. */
  recorded?: boolean | undefined;
  /** Now unless told. */
  at?: Date | undefined;
}

/** Of an actor that does more than this in 90 days only the newest actions are looked at. */
const ACTIONS_MAX = 5_000;

const time = z.string().transform((text) => new Date(text));
const role = z.enum(ROLES).nullable();
const granted = z.object({
  id: z.string(),
  holder: z.string(),
  fromRole: role,
  toRole: role,
  grantedBy: z.string(),
  byInvitation: z.boolean(),
  at: time,
});
const factsRow = z.object({
  quiet: z.boolean().default(false),
  places: z
    .array(
      z.object({
        ipAddress: z.string().nullable(),
        userAgent: z.string().nullable(),
        times: z.number(),
        days: z.number(),
        firstAt: time,
        lastAt: time,
        money: z.boolean(),
      }),
    )
    .default([]),
  hours: z.array(z.object({ hour: z.number(), times: z.number() })).default([]),
  hour_days: z.number().default(0),
  failures_of_account: z.number().default(0),
  failures_of_address: z.number().default(0),
  done: z.number().default(0),
  own_networks: z.array(z.string()).default([]),
  first_day: z.boolean().default(false),
  roles: z.array(granted).default([]),
  approved: z
    .object({
      creator: z.string(),
      madeAt: time,
      byThisActor: z.number(),
      byAll: z.number(),
      ties: z.array(granted),
    })
    .nullable()
    .default(null),
  accepted: z
    .array(z.object({ rule: z.enum(RISK_RULES), subject: z.string(), at: time }))
    .default([]),
});

/**
 * $1 actor, $2 now, $3 begin of 90 days. By hour, which one pass over the actions makes and needs no
 * order: user agents are long and alike, and slow to sort. `lately` counts those since `since`.
 */
const history = (since: string): string => `
  recent as materialized (
    select ip_address, user_agent, date_trunc('hour', created_at at time zone 'UTC') as hour, count(*) as times,
      count(*) filter (where created_at >= ${since}::timestamptz) as lately,
      min(created_at) as first_at, max(created_at) as last_at, bool_or(action in ${MONEY_SQL}) as money
    from (
      select action, ip_address, user_agent, created_at from audit_logs
      where actor = $1 and action in ${SEEN_SQL} and created_at >= $3::timestamptz and created_at < $2::timestamptz
      order by created_at desc limit ${ACTIONS_MAX}
    ) newest
    group by 1, 2, 3
  )`;

const PLACES = `
  (select coalesce(json_agg(p), '[]') from (
     select ip_address as "ipAddress", user_agent as "userAgent", sum(times)::int as times,
       count(distinct hour::date)::int as days, min(first_at) as "firstAt", max(last_at) as "lastAt",
       bool_or(money) as money
     from recent group by ip_address, user_agent
   ) p) as places`;

const OWN_NETWORKS = `
  (select coalesce(json_agg(n.cidr), '[]') from (
     select unnest(k.cidrs) as cidr from api_keys k where $1 = 'key:' || k.id
     union
     select unnest(l.cidrs) from api_keys k
     join allow_lists l on (l.scope, l.subject) in (('key', k.id), ('role', k.role)) where $1 = 'key:' || k.id
   ) n) as own_networks`;

const ACCEPTED = `
  (select coalesce(json_agg(json_build_object('rule', e.rule, 'subject', e.subject, 'at', e.resolved_at)), '[]')
   from risk_events e where e.actor = $1 and e.status = 'RESOLVED' and e.resolution <> 'confirmed'
     and e.resolved_at >= $3::timestamptz and e.resolved_at <= $2::timestamptz) as accepted`;

/**
 * Roles that the actor, and whoever made or edited the batch, were given, and the passwords that they
 * set by an invitation. $2 now, $6 batch, $7 begin of fresh roles.
 */
const GRANTED = `
  me as (select $1::text as holder union select person_behind($1)),
  makers as (
    select person_behind(maker) as holder from batches b, unnest(array[b.created_by, b.edited_by]) as maker
    where b.id = $6 and maker not in ('system', 'anonymous')
  ),
  granted as materialized (
    select r.id, h.holder, r.from_role as "fromRole", r.to_role as "toRole", r.actor as "grantedBy",
      false as "byInvitation", r.created_at as at
    from (select holder from me union select holder from makers) h
    join role_changes r on r.user_id = substr(h.holder, 6) and h.holder like 'user:%'
    where r.created_at > $7::timestamptz and r.created_at <= $2::timestamptz
    union all
    select 'password ' || l.id, h.holder, null, u.role, coalesce(i.actor, 'unknown'), true, l.created_at
    from (select holder from me union select holder from makers) h
    join users u on h.holder = 'user:' || u.id
    join audit_logs l on l.actor = h.holder and l.actor <> 'system' and l.action = 'password.changed'
      and l.details->>'byInvitation' = 'true'
      and l.created_at > $7::timestamptz and l.created_at <= $2::timestamptz
    left join lateral (
      select v.actor from audit_logs v
      where v.action = 'user.invited' and v.details->>'userId' = u.id and v.id < l.id order by v.id desc limit 1
    ) i on true
  ),
  ties as (
    select g.* from granted g
    where (g.holder in (select holder from me) and person_behind(g."grantedBy") in (select holder from makers))
      or (g.holder in (select holder from makers) and person_behind(g."grantedBy") in (select holder from me))
  )`;

/** $4 quiet days, $5 begin of 30 days, $6 batch, $7 begin of fresh roles, $8 begin of the pair's approvals. */
const MONEY = `
  with ${history('$5')}, ${GRANTED}
  select ${quietSql('$2', '$4')} as quiet, ${PLACES}, ${ACCEPTED}, ${OWN_NETWORKS},
    coalesce((select min(created_at) from users) > $2::timestamptz - interval '24 hours', false) as first_day,
    (select coalesce(json_agg(h), '[]') from (
       select extract(hour from hour)::int as hour, sum(lately)::int as times
       from recent where lately > 0 group by 1
     ) h) as hours,
    (select count(distinct hour::date)::int from recent where lately > 0) as hour_days,
    (select coalesce(json_agg(g), '[]') from granted g where g.holder = $1) as roles,
    (select json_build_object('creator', m.creator, 'madeAt', m.made_at, 'byThisActor', n.mine, 'byAll', n.everyones,
       'ties', (select coalesce(json_agg(t), '[]') from ties t))
     from (select coalesce(b.edited_by, b.created_by) as creator, coalesce(b.edited_at, b.created_at) as made_at
       from batches b where b.id = $6) m
     cross join lateral (
       select count(*) filter (where a.actor = $1) as mine, count(*) as everyones
       from approvals a join batches o on o.id = a.batch_id
       where a.created_at > $8::timestamptz and a.created_at < $2::timestamptz and a.decision = 'approved'
         and a.batch_id <> $6 and coalesce(o.edited_by, o.created_by) = m.creator
     ) n) as approved`;

/** $4 the audit action, $5 begin of the time that counts. What a person has let pass counts no more. */
const counted = (rule: string): string => `
  select count(*)::int from audit_logs l
  where l.actor = $1 and l.action = $4 and l.action in ('account.revealed', 'export.created', 'permission.denied')
    and l.created_at <= $2::timestamptz
    and l.created_at > greatest($5::timestamptz, (select max(e.resolved_at) from risk_events e
      where e.actor = $1 and e.rule = '${rule}' and e.status = 'RESOLVED' and e.resolution <> 'confirmed'
        and e.resolved_at >= $3::timestamptz and e.resolved_at <= $2::timestamptz))`;

const REVEAL = `
  with ${history('$2')}
  select ${PLACES}, ${ACCEPTED}, ${OWN_NETWORKS}, (${counted('bulk_reveal')}) as done`;

const DENIED = `select (${counted('permission_probing')}) as done`;

/**
 * $4 the account, $5 the address, $6 begin of the time that counts, which begins anew where a person has
 * let it pass. A row of rejected keys stands for as many as it says, of any account.
 */
const FAILURES = `
  (select count(*) filter (where l.details->>'email' = $4 or l.details->>'prefix' = $4
       or ($1 in (l.actor, 'user:' || (l.details->>'userId')) and $1 <> 'anonymous'))::int as of_account,
     coalesce(sum(coalesce((l.details->>'count')::int, 1)) filter (where l.ip_address = $5), 0)::int as of_address
   from audit_logs l
   where l.action in ('sign_in.failed', 'step_up.failed', 'api_key.rejected')
     and l.created_at > greatest($6::timestamptz, (select max(e.resolved_at) from risk_events e
       where e.rule = 'failed_sign_ins' and e.status = 'RESOLVED' and e.resolution <> 'confirmed'
         and e.actor = $1 and $1 <> 'anonymous' and e.resolved_at >= $6::timestamptz))
     and l.created_at <= $2::timestamptz) f`;
const SIGN_IN_FAILED = `
  select f.of_account as failures_of_account, f.of_address as failures_of_address from ${FAILURES}
  where $3::timestamptz is not null`;
const SIGN_IN_SUCCEEDED = `
  with ${history('$2')}
  select f.of_account as failures_of_account, f.of_address as failures_of_address, ${PLACES}, ${ACCEPTED} from ${FAILURES}`;

const RECORDS: Partial<Record<JudgedKind, string>> = {
  reveal: 'account.revealed',
  export: 'export.created',
  denied: 'permission.denied',
};

const MONEY_DAYS = 30;

/** The statement of a kind, and what it takes after actor, now and begin of history. */
function askFor(
  { kind, batchId, account, ipAddress }: JudgedAction,
  at: Date,
  { settings }: RiskTerms,
): [text: string, values: unknown[]] {
  if (isMoney(kind)) {
    return [
      MONEY,
      [
        settings.quietDays,
        before(at, MONEY_DAYS * DAY_MS),
        batchId ?? null,
        before(at, settings.fresh_role.withinHours * HOUR_MS),
        before(at, settings.approver_pair.withinDays * DAY_MS),
      ],
    ];
  }
  if (kind === 'sign_in_failed' || kind === 'sign_in_succeeded') {
    const begin = before(at, settings.failed_sign_ins.withinMinutes * MINUTE_MS);
    const text = kind === 'sign_in_failed' ? SIGN_IN_FAILED : SIGN_IN_SUCCEEDED;
    return [text, [account ?? null, ipAddress, begin]];
  }
  const rule = kind === 'denied' ? settings.permission_probing : settings.bulk_reveal;
  const begin = before(at, rule.withinMinutes * MINUTE_MS);
  return [kind === 'denied' ? DENIED : REVEAL, [RECORDS[kind], begin]];
}

/** What is known about an action and its actor, by one statement. */
export async function actorFacts(
  db: Db,
  action: JudgedAction,
  terms: RiskTerms,
): Promise<ActorFacts> {
  const { kind, actor, ipAddress, userAgent, batchId = null, account = null } = action;
  const at = action.at ?? new Date();
  const [text, values] = askFor(action, at, terms);
  const common = [actor, at.toISOString(), before(at, USUAL_DAYS * DAY_MS)];
  const row = onlyRow(await db.run(factsRow, text, [...common, ...values]));
  const done = row.done + (action.recorded ? 0 : 1);
  const failed = kind === 'sign_in_failed' && !action.recorded ? 1 : 0;
  const hours = Array.from({ length: 24 }, () => 0);
  for (const { hour, times } of row.hours) hours[hour] = times;
  return {
    kind,
    actor,
    at,
    ipAddress,
    userAgent,
    batchId,
    account,
    quiet: row.quiet,
    highValue: false,
    places: row.places,
    ownNetworks: row.own_networks,
    hours,
    hourDays: row.hour_days,
    failuresOfAccount: row.failures_of_account + (account === null ? 0 : failed),
    failuresOfAddress: row.failures_of_address + (ipAddress === null ? 0 : failed),
    denials: kind === 'denied' ? done : 0,
    reveals: kind === 'reveal' ? done : 0,
    exports: kind === 'export' ? done : 0,
    roles: row.roles,
    firstDay: row.first_day,
    approved: row.approved && batchId !== null ? { batchId, ...row.approved } : null,
    accepted: row.accepted,
  };
}

/** Whether a payment of a batch is of high value; of a currency without a rate every one is. */
export async function isHighValue(
  db: Db,
  batchId: string,
  thresholdMinor: bigint | null,
): Promise<boolean> {
  if (thresholdMinor === null) return true;
  const rows = await db.run(
    z.object({ high: z.boolean() }),
    'select exists (select 1 from payments where batch_id = $1 and amount_minor >= $2::bigint) as high',
    [batchId, thresholdMinor.toString()],
  );
  return onlyRow(rows).high;
}
