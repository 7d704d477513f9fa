import {
  checkConversions,
  type CheckedConversion,
  type NewConversion,
} from '../../db/queries/check-conversions.ts';
import { settleConversions, writeConversions } from '../../db/queries/ingest-conversions.ts';
import { CONVERSION_STATES } from '../../domain/rules/conversion.ts';
import { IN_THE_FUTURE, isFuture } from '../conversion-times.ts';
import type { CellReader } from './cells.ts';
import type { CsvRow } from './csv.ts';
import type { ImportKind, RowProblem } from './kind.ts';

interface ConversionRow {
  row: number;
  conversion: NewConversion & { affiliateExternalId: string };
}

const STATES = [...CONVERSION_STATES, 'REFUNDED'] as const;

function read(line: CsvRow, cells: CellReader): ConversionRow {
  const currency = cells.currency('currency');
  const status = cells.oneOf('status', STATES, 'APPROVED');
  const occurredAt = readInstant(cells, 'occurred_at');
  const reversedAt = readInstant(cells, 'reversed_at');
  if (occurredAt === undefined && cells.errors.every(({ column }) => column !== 'occurred_at')) {
    cells.refuse('occurred_at', 'missing_value', 'This cell must not be empty.');
  }
  const at = occurredAt ?? new Date(0);
  const refunded = status === 'REFUNDED';
  const conversion = {
    externalId: cells.required('external_id', 200),
    affiliateExternalId: cells.required('affiliate_external_id', 200),
    programmeExternalId: cells.optional('programme', 200),
    amountMinor: cells.amountFromZero('amount', currency),
    currency: currency ?? '',
    occurredAt: at,
    clickedAt: readInstant(cells, 'clicked_at'),
    status: refunded ? ('APPROVED' as const) : status,
    refundedAt: refunded ? (reversedAt ?? at) : null,
    test: line.cells['test']
      ? cells.oneOf('test', ['true', 'false'], 'false') === 'true'
      : undefined,
    customer: cells.optional('customer', 320),
    orderId: cells.optional('order_id', 200),
    source: cells.optional('source', 200),
    product: cells.optional('product', 200),
  };
  checkRefund(cells, conversion, refunded, reversedAt);
  return { row: line.row, conversion };
}

function readInstant(cells: CellReader, column: string): Date | undefined {
  const instant = cells.instant(column);
  if (instant && isFuture(instant)) cells.refuse(column, 'in_the_future', `This ${IN_THE_FUTURE}.`);
  return instant;
}

function checkRefund(
  cells: CellReader,
  { amountMinor, occurredAt }: NewConversion,
  refunded: boolean,
  reversedAt: Date | undefined,
): void {
  if (reversedAt && !refunded) {
    cells.refuse('reversed_at', 'invalid_value', 'This goes with the status REFUNDED only.');
  }
  if (reversedAt && reversedAt < occurredAt) {
    cells.refuse('reversed_at', 'invalid_value', 'This is before occurred_at.');
  }
  if (refunded && amountMinor === 0n && cells.errors.length === 0) {
    cells.refuse('status', 'invalid_value', 'An amount of 0 cannot be refunded; give CANCELLED.');
  }
}

/** Conversions, also of affiliates that are registered later. */
export const conversionImport: ImportKind<ConversionRow> = {
  columns: {
    required: ['external_id', 'affiliate_external_id', 'amount', 'currency', 'occurred_at'],
    optional: [
      'programme',
      'clicked_at',
      'status',
      'reversed_at',
      'test',
      'customer',
      'order_id',
      'source',
      'product',
    ],
  },
  read,
  async check(db, rows) {
    return (await checkConversions(db, conversionsOf(rows))).map(problemOf);
  },
  async insert(db, rows, actor) {
    const items = conversionsOf(rows);
    await writeConversions(db, items, await checkConversions(db, items), actor);
    return [];
  },
  settle: (db, rows) => settleConversions(db, conversionsOf(rows)),
  order: ({ conversion }) => `${conversion.affiliateExternalId} ${conversion.externalId}`,
};

const conversionsOf = (rows: readonly ConversionRow[]) => rows.map(({ conversion }) => conversion);

function problemOf(found: CheckedConversion): RowProblem | null {
  if (found.kind === 'unknown') {
    return {
      column: 'programme',
      code: 'unknown_programme',
      message: 'There is no programme with this external id.',
    };
  }
  if (found.kind !== 'conflict') return null;
  return {
    column: COLUMNS[found.field] ?? found.field,
    code: 'external_id_conflict',
    message:
      found.field === 'status'
        ? 'This conversion stands already with a later status, or twice in this file.'
        : 'This external_id stands already with other content.',
  };
}

const COLUMNS: Record<string, string> = {
  affiliate: 'affiliate_external_id',
  occurredAt: 'occurred_at',
  clickedAt: 'clicked_at',
  orderId: 'order_id',
};
