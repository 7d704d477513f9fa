import { z } from 'zod';
import type { Terms } from '../../domain/rules/terms.ts';
import type { Db } from '../client.ts';
import { instantColumn } from '../rows.ts';
import { readTerms } from '../rule-terms.ts';

/** A version of a rule as it is kept. */
export interface StoredVersion {
  ruleId: string;
  version: number;
  effectiveFrom: Date;
  effectiveTo: Date | null;
  terms: Terms;
  note: string | null;
  createdBy: string;
  createdAt: Date;
}

/** A rule without what it says. */
export interface StoredRule {
  id: string;
  programmeId: string;
  groupName: string | null;
  payeeId: string | null;
  createdBy: string;
  createdAt: Date;
}

const versionFields = {
  rule_id: z.string(),
  version: z.int(),
  effective_from: instantColumn,
  effective_to: instantColumn.nullable(),
  terms: z.unknown(),
  note: z.string().nullable(),
  created_by: z.string(),
  created_at: instantColumn,
};

/** The columns that `versionRow` reads, of the table as `v`. */
export const versionColumns =
  'v.rule_id, v.version, v.effective_from, v.effective_to, v.terms, v.note, v.created_by, v.created_at';

const toVersion = (row: z.infer<z.ZodObject<typeof versionFields>>): StoredVersion => ({
  ruleId: row.rule_id,
  version: row.version,
  effectiveFrom: row.effective_from,
  effectiveTo: row.effective_to,
  terms: readTerms(row.terms),
  note: row.note,
  createdBy: row.created_by,
  createdAt: row.created_at,
});

export const versionRow = z.object(versionFields).transform(toVersion);

const ruleFields = {
  id: z.string(),
  programme_id: z.string(),
  group_name: z.string().nullable(),
  payee_id: z.string().nullable(),
  rule_created_by: z.string(),
  rule_created_at: instantColumn,
};

const RULE_COLUMNS = `r.id, r.programme_id, r.group_name, r.payee_id,
  r.created_by as rule_created_by, r.created_at as rule_created_at`;

const toRule = (row: z.infer<z.ZodObject<typeof ruleFields>>): StoredRule => ({
  id: row.id,
  programmeId: row.programme_id,
  groupName: row.group_name,
  payeeId: row.payee_id,
  createdBy: row.rule_created_by,
  createdAt: row.rule_created_at,
});

/** Which rules a list holds; those of anybody where nothing is told. */
export interface RuleFilter {
  programmeId?: string | undefined;
  payeeId?: string | undefined;
  groupName?: string | undefined;
  after?: string | undefined;
  limit: number;
}

/** Rules in the order in which they were made, after id `after`, each with its newest version. */
export async function listRules(
  db: Db,
  filter: RuleFilter,
): Promise<{ rule: StoredRule; latest: StoredVersion }[]> {
  const rows = await db.run(
    z.object({ ...ruleFields, ...versionFields }),
    `select ${RULE_COLUMNS}, ${versionColumns}
     from payout_rules r cross join lateral (
       select * from payout_rule_versions o where o.rule_id = r.id order by o.version desc limit 1
     ) v
     where ($1::text is null or r.programme_id = $1) and ($2::text is null or r.payee_id = $2)
       and ($3::text is null or r.group_name = $3) and ($4::text is null or r.id > $4)
     order by r.id limit $5`,
    [
      filter.programmeId ?? null,
      filter.payeeId ?? null,
      filter.groupName ?? null,
      filter.after ?? null,
      filter.limit,
    ],
  );
  return rows.map((row) => ({ rule: toRule(row), latest: toVersion(row) }));
}

/** One rule with all of its versions, newest first; null where there is none. */
export async function findRule(
  db: Db,
  id: string,
): Promise<{ rule: StoredRule; versions: StoredVersion[] } | null> {
  const rows = await db.run(
    z.object({ ...ruleFields, ...versionFields }),
    `select ${RULE_COLUMNS}, ${versionColumns}
     from payout_rules r join payout_rule_versions v on v.rule_id = r.id
     where r.id = $1 order by v.version desc`,
    [id],
  );
  const [first] = rows;
  return first ? { rule: toRule(first), versions: rows.map(toVersion) } : null;
}

/** The id of a payee that is named by its id or by its external id; null where there is none. */
export async function findPayeeId(
  db: Db,
  name: { id: string | undefined; externalId: string | undefined },
): Promise<string | null> {
  const [row] = await db.run(
    z.object({ id: z.string() }),
    `select id from payees where ($1::text is not null and id = $1) or ($2::text is not null and external_id = $2)`,
    [name.id ?? null, name.externalId ?? null],
  );
  return row?.id ?? null;
}
