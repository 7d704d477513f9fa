import { z } from 'zod';
import { amountColumns, amountConditions, instantText, isoOf, timeConditions } from './columns.ts';
import { exportSource } from './source.ts';

const text = z.string().nullable();

const row = z.object({
  entry_id: z.string(),
  line: z.number(),
  account: z.string(),
  side: z.string(),
  currency: z.string(),
  amount_minor: z.bigint(),
  payee_id: text,
  payment_id: text,
  batch_id: text,
  escrow_id: text,
  corrects: text,
  created_at: instantText,
});

/** Lines of the books, by entry and line. */
export const LEDGER_ENTRIES = exportSource({
  row,
  select: `l.entry_id, l.line, l.account, l.side, l.currency, l.amount_minor, l.payee_id, l.payment_id, l.batch_id, l.escrow_id,
    l.corrects, l.created_at`,
  from: 'ledger_entries l',
  madeAt: 'l.created_at',
  key: [
    { column: 'l.entry_id', cast: 'text' },
    { column: 'l.line', cast: 'smallint' },
  ],
  place: ({ entry_id, line }) => [entry_id, line],
  conditions: {
    ...timeConditions('l.created_at'),
    ...amountConditions('l.amount_minor'),
    currency: 'l.currency = ?',
    account: `case when right(?::text, 2) = '/*' then starts_with(l.account, left(?::text, -1)) else l.account = ?::text end`,
    payeeIds: 'l.payee_id = any(?::text[])',
    batchId: 'l.batch_id = ?',
    paymentId:
      'l.payment_id = ? and l.payee_id = (select p.payee_id from payments p where p.id = ?)',
    escrowId:
      'l.batch_id = any(array(select r.batch_id from escrow_releases r where r.escrow_id = ?))',
    entryId: 'l.entry_id = ?',
  },
  columns: {
    entryId: ({ entry_id }) => entry_id,
    line: ({ line }) => line,
    account: ({ account }) => account,
    side: ({ side }) => side,
    ...amountColumns,
    affiliateId: ({ payee_id }) => payee_id,
    paymentId: ({ payment_id }) => payment_id,
    batchId: ({ batch_id }) => batch_id,
    escrowId: ({ escrow_id }) => escrow_id,
    corrects: ({ corrects }) => corrects,
    createdAt: ({ created_at }) => isoOf(created_at),
  },
});
