import { sql } from 'drizzle-orm';
import { bigint, check, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { amountMinor, currency, instant } from './columns.ts';

/**
 * Payments added up by the quarter of an hour (UTC) in which they were made (`basis` made, by their
 * present state) or settled (`basis` paid), and by the hours, quarters of a day and days of these. A slot that `report_changes` names is out of date: reports
 * read its rows instead (docs/decisions/0025-report-slots.md).
 */
export const reportSlots = pgTable(
  'report_slots',
  {
    /** When the piece begins that is added up. */
    slot: instant('slot').notNull(),
    /** How long it is, in quarters of an hour. */
    quarters: integer('quarters').notNull(),
    basis: text('basis', { enum: ['made', 'paid'] }).notNull(),
    provider: text('provider').notNull(),
    currency: currency(),
    /** The batch's programme; empty for none. */
    programmeId: text('programme_id').notNull(),
    /** COMPLETED for all that were settled, also where they came back later. */
    status: text('status').notNull(),
    payments: integer('payments').notNull(),
    amountMinor: amountMinor('amount_minor').notNull(),
  },
  (table) => [
    primaryKey({
      name: 'report_slots_pk',
      columns: [
        table.basis,
        table.quarters,
        table.slot,
        table.provider,
        table.currency,
        table.programmeId,
        table.status,
      ],
    }),
    check('report_slots_basis', sql`${table.basis} in ('made', 'paid')`),
    check('report_slots_quarters', sql`${table.quarters} in (1, 4, 24, 96)`),
  ],
);

/** Lines of the ledger added up by the quarter of an hour of their entry, account and kind of entry. */
export const ledgerSlots = pgTable(
  'ledger_slots',
  {
    slot: instant('slot').notNull(),
    account: text('account').notNull(),
    currency: currency(),
    /** What stands after the first colon of the entry's id: `settled`, `earned`, `returned` … */
    kind: text('kind').notNull(),
    lines: integer('lines').notNull(),
    debitMinor: amountMinor('debit_minor').notNull(),
    creditMinor: amountMinor('credit_minor').notNull(),
  },
  (table) => [primaryKey({ columns: [table.slot, table.account, table.currency, table.kind] })],
);

/**
 * Slots that rows have changed in since they were added up. Each transaction marks with its own number,
 * so that none waits for another, and a mark that comes meanwhile survives the adding up.
 */
export const reportChanges = pgTable(
  'report_changes',
  {
    source: text('source', { enum: ['payments', 'ledger'] }).notNull(),
    slot: instant('slot').notNull(),
    xact: bigint('xact', { mode: 'bigint' }).notNull(),
    changedAt: instant('changed_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.source, table.slot, table.xact] }),
    check('report_changes_source', sql`${table.source} in ('payments', 'ledger')`),
  ],
);
