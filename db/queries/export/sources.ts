import type { ExportKind } from '../../../domain/report/export.ts';
import { AFFILIATES } from './affiliates.ts';
import { COMMISSIONS } from './commissions.ts';
import { LEDGER_ENTRIES } from './ledger-entries.ts';
import { PAYMENTS } from './payments.ts';
import type { ExportSource } from './source.ts';

/** How the rows of each kind are read. */
export const EXPORT_SOURCES: Readonly<Record<ExportKind, ExportSource>> = {
  payments: PAYMENTS,
  commissions: COMMISSIONS,
  ledger_entries: LEDGER_ENTRIES,
  affiliates: AFFILIATES,
};
