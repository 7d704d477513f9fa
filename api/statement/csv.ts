import { toCsv, type CsvCell } from '../../domain/csv.ts';
import { formatDecimal } from '../../domain/money.ts';
import type { PayoutStatement } from '../schemas/statement.ts';

type Payout = PayoutStatement['payout'];

/** A payout as a line of the file: amounts in major units, exact. */
interface Line {
  number: number | null;
  payee: PayoutStatement['payee'];
  payout: Payout;
}

const amount =
  (name: 'gross' | 'fees' | 'tax' | 'clawbacks' | 'other' | 'net' | 'partReturned') =>
  ({ payout }: Line): string =>
    formatDecimal(BigInt(payout[name]), payout.currency);

const COLUMNS: Readonly<Record<string, (line: Line) => CsvCell>> = {
  number: ({ number }) => number,
  affiliateId: ({ payee }) => payee.id,
  affiliateExternalId: ({ payee }) => payee.externalId,
  affiliateName: ({ payee }) => payee.fullName,
  paymentId: ({ payout }) => payout.paymentId,
  batchNumber: ({ payout }) => payout.batchNumber,
  reference: ({ payout }) => payout.reference,
  provider: ({ payout }) => payout.provider,
  status: ({ payout }) => payout.status,
  periodFrom: ({ payout }) => payout.periodFrom,
  periodTo: ({ payout }) => payout.periodTo,
  settledAt: ({ payout }) => payout.settledAt,
  returnedAt: ({ payout }) => payout.returnedAt,
  currency: ({ payout }) => payout.currency,
  gross: amount('gross'),
  fees: amount('fees'),
  tax: amount('tax'),
  clawbacks: amount('clawbacks'),
  other: amount('other'),
  net: amount('net'),
  netMinor: ({ payout }) => payout.net,
  partReturned: amount('partReturned'),
};

/** Payouts of a payee as CSV, one a line. */
export const statementCsv = (lines: readonly Line[]): string =>
  toCsv(
    lines.map((line) => Object.values(COLUMNS).map((cell) => cell(line))),
    Object.keys(COLUMNS),
  );
