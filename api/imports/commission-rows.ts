import {
  checkCommissions,
  type CheckedCommission,
  type NewCommission,
} from '../../db/queries/check-commissions.ts';
import { insertCommissions } from '../../db/queries/ingest-commissions.ts';
import type { CellReader } from './cells.ts';
import type { CsvRow } from './csv.ts';
import type { ImportKind, RowProblem } from './kind.ts';
import { ImportRefused } from './refused.ts';

/** A line of commissions. */
export interface CommissionRow {
  row: number;
  commission: NewCommission & { affiliateExternalId: string };
}

function read(line: CsvRow, cells: CellReader): CommissionRow {
  const currency = cells.currency('currency');
  const commission = {
    externalId: cells.required('external_id', 200),
    affiliateExternalId: cells.required('affiliate_external_id', 200),
    amountMinor: cells.amount('amount', currency),
    currency: currency ?? '',
    status: cells.oneOf('status', ['PENDING', 'APPROVED'], 'APPROVED'),
    earnedAt: cells.instant('earned_at'),
    availableAt: cells.instant('available_at'),
    description: cells.optional('description', 1_000),
  };
  return { row: line.row, commission };
}

/** Commissions of payees that are named by their external ids. */
export const commissionImport: ImportKind<CommissionRow> = {
  columns: {
    required: ['external_id', 'affiliate_external_id', 'amount', 'currency'],
    optional: ['status', 'earned_at', 'available_at', 'description'],
  },
  read,
  async check(db, rows) {
    const found = await checkCommissions(
      db,
      rows.map(({ commission }) => commission),
    );
    return found.map(problemOf);
  },
  async insert(db, rows, actor) {
    const found = await checkCommissions(
      db,
      rows.map(({ commission }) => commission),
    );
    const added = rows.flatMap(({ commission }, index) => {
      const one = found[index];
      return one?.kind === 'new' ? [{ ...commission, payeeId: one.payeeId }] : [];
    });
    const { tooLarge } = await insertCommissions(db, added, actor);
    if (tooLarge) throw new ImportRefused(TOO_LARGE);
    return [];
  },
  order: ({ commission }) => commission.affiliateExternalId,
};

const TOO_LARGE = {
  row: 1,
  column: 'amount',
  code: 'too_large',
  message: 'These amounts make what a payee is owed larger than an amount may be.',
};

function problemOf(found: CheckedCommission): RowProblem | null {
  if (found.kind === 'unknown_affiliate') {
    return {
      column: 'affiliate_external_id',
      code: 'unknown_affiliate',
      message: 'There is no affiliate with this external id; import it first.',
    };
  }
  if (found.kind !== 'conflict') return null;
  return {
    column: COLUMNS[found.field] ?? 'external_id',
    code: 'external_id_conflict',
    message: 'This external_id stands already with other content.',
  };
}

const COLUMNS: Record<string, string> = {
  affiliate: 'affiliate_external_id',
  amount: 'amount',
  currency: 'currency',
  earnedAt: 'earned_at',
  availableAt: 'available_at',
  description: 'description',
};
