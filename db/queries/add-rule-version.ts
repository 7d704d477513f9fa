import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { Terms } from '../../domain/rules/terms.ts';
import type { Db } from '../client.ts';
import {
  DatabaseUnavailable,
  isContention,
  isExclusionViolation,
  isUniqueViolation,
} from '../errors.ts';
import { countColumn, instantColumn } from '../rows.ts';
import { writeTerms } from '../rule-terms.ts';
import type { Actor } from './actor.ts';
import { queueCalculation } from './queue-calculation.ts';
import { versionColumns, versionRow, type StoredVersion } from './rules.ts';

/** Whom a rule is for: one payee, a group, or, where both are null, all of the programme. */
export interface RuleTarget {
  programmeId: string;
  groupName: string | null;
  payeeId: string | null;
}

/** A version as a caller gives it. Its terms have no problems: see `termsProblems`. */
export interface NewRuleVersion extends RuleTarget {
  /** Of the rule, where there is none for this target yet. */
  ruleId: string;
  effectiveFrom: Date;
  effectiveTo: Date | null;
  terms: Terms;
  note: string | null;
  /**
   * Where the call may come again, the time that it was first begun: a version of the same content that
   * the same actor made since then is its own. Null where each call is one of its own.
   */
  begunAt: Date | null;
  actor: Actor;
}

/** Races that one caller loses in a row before it gives up; others have won each of them. */
const RACES_MAX = 60;
const RACE_WAIT_MS = 20;

/**
 * Adds a version to the rule of its target, which is made where there is none, with its audit row, all
 * in one statement. A version that began earlier and has no end is ended where this one begins; no
 * other version is touched, nor anything that was earned. With the first minimum fee of a programme
 * all who earned in the month under way are looked at again, so that the end of that month is not
 * missed. Of two calls at once the constraint on overlaps lets one win; the other is judged again by what stands then.
 *
 * Throws `validation_error` with the path `effectiveFrom` or `effectiveTo` where the span overlaps
 * another version of the rule.
 */
export async function addRuleVersion(db: Db, given: NewRuleVersion): Promise<StoredVersion> {
  for (let races = 0; races < RACES_MAX; races += 1) {
    const made = await tryToAdd(db, given);
    if (made) return made;
    const own = await findOwn(db, given);
    if (own) return own;
    await refuseOverlap(db, given);
    await sleep(Math.random() * RACE_WAIT_MS * (races + 1));
  }
  throw new DatabaseUnavailable('others added versions of the rule all the time');
}

async function tryToAdd(db: Db, given: NewRuleVersion): Promise<StoredVersion | null> {
  try {
    const repeatable = given.begunAt !== null;
    const [made] = await db.run(versionRow, STATEMENT, valuesOf(given), { repeatable });
    return made ?? null;
  } catch (error) {
    // Another call took the version's number, or its span.
    if (isUniqueViolation(error) || isExclusionViolation(error) || isContention(error)) return null;
    throw error;
  }
}

const TARGET = `r.programme_id = $2 and r.group_name is not distinct from $3::text
  and r.payee_id is not distinct from $4::text`;

/** What the audit row tells of a version. */
const shown = (row: string): string =>
  `jsonb_build_object('version', ${row}.version, 'effectiveFrom', ${row}.effective_from, 'effectiveTo', ${row}.effective_to,
    'terms', ${row}.terms, 'note', ${row}.note)`;

/** A rule that is there is locked, so that callers at once wait for each other and do not deadlock. */
const STATEMENT = `
  with made as (
    insert into payout_rules (id, programme_id, group_name, payee_id, created_by)
    values ($1, $2, $3::text, $4::text, $9) on conflict on constraint payout_rules_target do nothing
    returning id
  ),
  standing as materialized (select r.id from payout_rules r where ${TARGET} for update),
  rule as materialized (select id from made union select id from standing),
  prior as materialized (
    select ${shown('v')} as before from rule join payout_rule_versions v on v.rule_id = rule.id
    where v.effective_from <= $5::timestamptz order by v.effective_from desc limit 1
  ),
  ended as (
    update payout_rule_versions v set effective_to = $5::timestamptz from rule
    where v.rule_id = rule.id and v.effective_to is null and v.effective_from < $5::timestamptz
    returning v.version
  ),
  added as (
    insert into payout_rule_versions as v (rule_id, version, effective_from, effective_to, terms, note, created_by)
    select rule.id,
      1 + coalesce((select max(o.version) from payout_rule_versions o where o.rule_id = rule.id), 0),
      $5::timestamptz, $6::timestamptz, $7::text::jsonb, $8, $9
    from rule cross join (select count(*) from ended) as first
    returning ${versionColumns}
  ),
  month as materialized (
    select date_trunc('month', greatest(a.effective_from, now()) at time zone p.zone) at time zone p.zone as start_at
    from added a join programmes p on p.id = $2
    where a.terms @? '$.fee.monthlyMinimums[*]' and not exists (
      select 1 from payout_rules r join payout_rule_versions v on v.rule_id = r.id
      where r.programme_id = $2 and v.terms @? '$.fee.monthlyMinimums[*]')
  ),
  queued as (
    ${queueCalculation(`
      select c.programme_id, c.payee_id, c.occurred_at from month m join conversions c
        on c.programme_id = $2 and c.occurred_at >= m.start_at`)}
  ),
  trail as (
    insert into audit_logs (action, status, actor, ip_address, user_agent, details)
    select 'rule.version_added', 'SUCCESS', $9, $10, $11, jsonb_strip_nulls(jsonb_build_object(
      'ruleId', rule_id, 'version', version, 'programmeId', $2::text, 'groupName', $3::text, 'affiliateId', $4::text,
      'effectiveFrom', effective_from, 'effectiveTo', effective_to, 'ended', (select version from ended)))
        || jsonb_build_object('before', (select before from prior), 'after', ${shown('a')})
    from added a
  )
  select * from added`;

const valuesOf = (given: NewRuleVersion): unknown[] => [
  given.ruleId,
  given.programmeId,
  given.groupName,
  given.payeeId,
  given.effectiveFrom.toISOString(),
  given.effectiveTo?.toISOString() ?? null,
  JSON.stringify(writeTerms(given.terms)),
  given.note,
  given.actor.id,
  given.actor.ipAddress,
  given.actor.userAgent,
];

/** What an earlier run of the same call has made, whose answer was lost. */
async function findOwn(db: Db, given: NewRuleVersion): Promise<StoredVersion | null> {
  if (given.begunAt === null) return null;
  const [own] = await db.run(
    versionRow,
    `select ${versionColumns} from payout_rules r join payout_rule_versions v on v.rule_id = r.id
     where r.programme_id = $1 and r.group_name is not distinct from $2::text and r.payee_id is not distinct from $3::text
       and v.effective_from = $4::timestamptz and v.terms = $5::text::jsonb and v.note is not distinct from $6::text
       and v.created_by = $7 and v.created_at >= $8::timestamptz
       and ($9::timestamptz is null or v.effective_to = $9::timestamptz)`,
    [
      given.programmeId,
      given.groupName,
      given.payeeId,
      given.effectiveFrom.toISOString(),
      JSON.stringify(writeTerms(given.terms)),
      given.note,
      given.actor.id,
      given.begunAt.toISOString(),
      given.effectiveTo?.toISOString() ?? null,
    ],
  );
  return own ?? null;
}

const overlapRow = z.object({
  version: countColumn,
  effective_from: instantColumn,
  effective_to: instantColumn.nullable(),
});

/** Throws where a version stands in the way that this call would not end. */
async function refuseOverlap(db: Db, given: NewRuleVersion): Promise<void> {
  const [other] = await db.run(
    overlapRow,
    `select v.version, v.effective_from, v.effective_to
     from payout_rules r join payout_rule_versions v on v.rule_id = r.id
     where r.programme_id = $1 and r.group_name is not distinct from $2::text and r.payee_id is not distinct from $3::text
       and tstzrange(v.effective_from, v.effective_to) && tstzrange($4::timestamptz, $5::timestamptz)
       and not (v.effective_to is null and v.effective_from < $4::timestamptz)
     order by v.effective_from limit 1`,
    [
      given.programmeId,
      given.groupName,
      given.payeeId,
      given.effectiveFrom.toISOString(),
      given.effectiveTo?.toISOString() ?? null,
    ],
  );
  if (other) throw overlapOf(given, other);
}

function overlapOf(
  { effectiveFrom, effectiveTo }: NewRuleVersion,
  other: z.infer<typeof overlapRow>,
): DomainError {
  const from = other.effective_from.toISOString();
  const to = other.effective_to?.toISOString();
  const span = `version ${other.version}, which holds from ${from}${to ? ` to ${to}` : ' on'}`;
  const begins = other.effective_from > effectiveFrom;
  const path = begins ? 'effectiveTo' : 'effectiveFrom';
  const reason = !begins
    ? `lies within ${span}`
    : effectiveTo
      ? `runs into ${span}`
      : `is needed, since without an end it runs into ${span}`;
  return new DomainError('validation_error', `The request is not valid: ${path}: ${reason}`, [
    { path, reason },
  ]);
}
