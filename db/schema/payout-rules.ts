import { sql } from 'drizzle-orm';
import { check, integer, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';
import { payees } from './payees.ts';
import { programmes } from './programmes.ts';

/** A rule of a programme, of a group in it or of one affiliate in it; what it says stands in its versions. */
export const payoutRules = pgTable(
  'payout_rules',
  {
    id: text('id').primaryKey(),
    programmeId: text('programme_id')
      .notNull()
      .references(() => programmes.id),
    groupName: text('group_name'),
    payeeId: text('payee_id').references(() => payees.id),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    unique('payout_rules_target')
      .on(table.programmeId, table.groupName, table.payeeId)
      .nullsNotDistinct(),
    check('payout_rules_scope', sql`${table.groupName} is null or ${table.payeeId} is null`),
  ],
);

/** What a rule says in a span of time. Spans of a rule do not overlap; a version without an end is ended by the next. */
export const payoutRuleVersions = pgTable(
  'payout_rule_versions',
  {
    ruleId: text('rule_id')
      .notNull()
      .references(() => payoutRules.id),
    version: integer('version').notNull(),
    effectiveFrom: instant('effective_from').notNull(),
    effectiveTo: instant('effective_to'),
    /** As the API takes it. */
    terms: jsonb('terms').$type<Record<string, unknown>>().notNull(),
    note: text('note'),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.ruleId, table.version] }),
    check(
      'payout_rule_versions_span',
      sql`${table.effectiveTo} is null or ${table.effectiveTo} > ${table.effectiveFrom}`,
    ),
  ],
);

/** Terms that a calculation went by, once for each content: which version gave each section, and what it says. */
export const calculationTerms = pgTable('calculation_terms', {
  id: text('id').primaryKey(),
  programmeId: text('programme_id')
    .notNull()
    .references(() => programmes.id),
  contentHash: text('content_hash').notNull().unique(),
  /** Section to `{ruleId, version}`. */
  sources: jsonb('sources').$type<Record<string, { ruleId: string; version: number }>>().notNull(),
  terms: jsonb('terms').$type<Record<string, unknown>>().notNull(),
  createdAt: createdAt(),
});
