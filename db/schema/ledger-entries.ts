import { sql } from 'drizzle-orm';
import { check, index, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { amountMinor, createdAt, currency } from './columns.ts';

/**
 * Lines of double-entry postings. An entry is all lines of one `entryId`, which names the event
 * (`<payment id>:settled`), so posting an event twice is refused by the key. Append-only.
 */
export const ledgerEntries = pgTable(
  'ledger_entries',
  {
    entryId: text('entry_id').notNull(),
    line: smallint('line').notNull(),
    account: text('account').notNull(),
    side: text('side', { enum: ['debit', 'credit'] }).notNull(),
    amountMinor: amountMinor('amount_minor').notNull(),
    currency: currency(),
    payeeId: text('payee_id'),
    paymentId: text('payment_id'),
    batchId: text('batch_id'),
    escrowId: text('escrow_id'),
    /** The entry that this one corrects; entries themselves never change. */
    corrects: text('corrects'),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.entryId, table.line] }),
    index('ledger_entries_created').on(table.createdAt),
    index('ledger_entries_payee').on(table.payeeId, table.currency),
    index('ledger_entries_escrow')
      .on(table.escrowId)
      .where(sql`${table.escrowId} is not null`),
    check('ledger_entries_amount', sql`${table.amountMinor} > 0`),
    check('ledger_entries_side', sql`${table.side} in ('debit', 'credit')`),
    check('ledger_entries_currency', sql`${table.currency} ~ '^[A-Z]{3}$'`),
  ],
);
