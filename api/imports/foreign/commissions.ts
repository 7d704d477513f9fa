import { affiliatesByEmail } from '../../../db/queries/affiliates-by-email.ts';
import type { Runner } from '../../../db/queries/runner.ts';
import type { CellReader } from '../cells.ts';
import { commissionImport, type CommissionRow } from '../commission-rows.ts';
import type { ImportKind } from '../kind.ts';
import { readCurrency, type ForeignDefaults } from './affiliates.ts';
import { readForeignAmount, type AmountForm } from './amount.ts';
import { readForeignInstant } from './instant.ts';
import type { CommissionMapping } from './mapping.ts';

/** A commission of another product, before its affiliate is found. */
export interface ForeignCommission extends CommissionRow {
  /** Names the affiliate where the file has no id of it. */
  email: string | null;
}

/**
 * Commissions of another product that it approved and has not paid, of payees that were imported from it.
 * What it has paid or voided, and what waits there without a day on which it is due, is left aside with a
 * note. One mapping reads one file: whether its amounts have decimals is held against all its lines.
 */
export function foreignCommissions(
  mapping: CommissionMapping,
  defaults: ForeignDefaults,
): ImportKind<ForeignCommission> {
  const forms = new Set<AmountForm>();
  return {
    ...commissionImport,
    columns: {
      required: [
        'external_id',
        'amount',
        'status',
        ...(defaults.currency === undefined ? ['currency'] : []),
      ],
      optional: [],
      headers: mapping.headers,
      oneOf: [['affiliate_external_id', 'affiliate_email']],
    },
    read(line, cells) {
      const currency = readCurrency(cells, defaults.currency);
      const amount = readForeignAmount(cells, 'amount', currency);
      if (amount.form !== null) forms.add(amount.form);
      const status = readStatus(cells, mapping);
      if (status === null) return null;
      if (amount.amountMinor === 0n)
        return cells.skip('amount', 'zero_amount', 'It comes to nothing.');
      const id = cells.optional('affiliate_external_id', 180);
      const email = cells.optional('affiliate_email', 320)?.toLowerCase();
      if (id === undefined && email === undefined) {
        cells.refuse('affiliate_external_id', 'missing_value', 'The line names no affiliate.');
      }
      const commission = {
        externalId: `${mapping.source}:${cells.required('external_id', 180)}`,
        affiliateExternalId: id === undefined ? '' : `${mapping.source}:${id}`,
        amountMinor: amount.amountMinor,
        currency: currency ?? '',
        status: status.status,
        earnedAt: readForeignInstant(cells, 'earned_at'),
        availableAt: status.availableAt,
        description: cells.optional('description', 1_000),
      };
      return { row: line.row, commission, email: id === undefined ? (email ?? null) : null };
    },
    checkFile: () => (forms.size > 1 ? MIXED : null),
    check: async (db, rows) => commissionImport.check(db, await withAffiliates(db, mapping, rows)),
    insert: async (db, rows, actor) =>
      commissionImport.insert(db, await withAffiliates(db, mapping, rows), actor),
    amountOf: ({ commission }) => commission,
  };
}

const MIXED = {
  column: 'amount',
  code: 'mixed_amounts',
  message:
    'Some amounts have decimals or a currency sign, others are whole numbers, which stand for minor units; write all of them alike.',
};

/** What becomes of a line by its state; null where it is left aside. */
function readStatus(
  cells: CellReader,
  mapping: CommissionMapping,
): { status: 'PENDING' | 'APPROVED'; availableAt: Date | undefined } | null {
  const { statuses, moneyUnits, source } = mapping;
  const word = cells.required('status', 100).toLowerCase();
  const meaning = Object.entries(statuses).find(([known]) => known === word)?.[1];
  const unit = cells.optional('unit', 100)?.toLowerCase();
  const paid = [cells.optional('paid', 100), cells.optional('paid_at', 100)].some(isFilled);
  if (moneyUnits && unit !== undefined && !moneyUnits.includes(unit)) {
    return cells.skip('unit', 'not_money', `${source} does not pay it in money.`);
  }
  if (meaning === 'void') return cells.skip('status', 'voided', `${source} has taken it back.`);
  if (meaning === 'paid' || (paid && meaning !== undefined)) {
    return cells.skip('status', 'paid_elsewhere', `${source} has paid it.`);
  }
  if (meaning === 'payable') return { status: 'APPROVED', availableAt: undefined };
  const availableAt = readForeignInstant(cells, 'available_at');
  if (meaning === 'waiting') {
    return availableAt
      ? { status: 'PENDING', availableAt }
      : cells.skip('status', 'not_due', `${source} has not approved it; import it again then.`);
  }
  const words = Object.keys(statuses).join(', ');
  cells.refuse('status', 'invalid_value', `One of ${words}.`);
  return { status: 'PENDING', availableAt: undefined };
}

const isFilled = (cell: string | undefined): boolean =>
  cell !== undefined &&
  !['false', 'no', '0', 'null', 'nil', 'none', '-'].includes(cell.toLowerCase());

/** Affiliates that are named by their email address, by their external id. */
async function withAffiliates(
  db: Runner,
  { source }: CommissionMapping,
  rows: readonly ForeignCommission[],
): Promise<ForeignCommission[]> {
  const emails = rows.flatMap(({ email }) => email ?? []);
  const known = await affiliatesByEmail(db, `${source}:`, [...new Set(emails)]);
  return rows.map((row) => {
    const affiliateExternalId = row.email === null ? undefined : known.get(row.email);
    return affiliateExternalId === undefined
      ? row
      : { ...row, commission: { ...row.commission, affiliateExternalId } };
  });
}
