import { Link } from '@tanstack/react-router';
import { Money } from '../../ui/money.tsx';
import { columnsOf, type ColumnLayout, type Columns } from '../../ui/table-columns.ts';
import { Age } from '../../ui/time.tsx';
import type { RowOf } from './api.ts';
import { formatRate } from './row-columns.tsx';

/** A row of the report; an affiliate has one for each currency. */
export type AffiliateRow = RowOf<'affiliates'> & { id: string };

const helper = columnsOf<AffiliateRow>();

const amount = (
  header: string,
  of: (row: AffiliateRow) => number | null,
  layout: Partial<ColumnLayout> = {},
) =>
  helper.display({
    id: header,
    header,
    meta: { width: 'minmax(88px, 132px)', align: 'end', ...layout },
    cell: ({ row: { original } }) => {
      const value = of(original);
      return value === null ? (
        <span className="soft">—</span>
      ) : (
        <Money amount={value} currency={original.currency} />
      );
    },
  });

export const affiliateColumns = (): Columns<AffiliateRow> =>
  helper.columns([
    helper.accessor('fullName', {
      header: 'Affiliate',
      meta: { width: 'minmax(100px, 1.6fr)' },
      cell: ({ row: { original } }) => (
        <Link
          to="/recipients/$recipientId"
          params={{ recipientId: original.affiliateId }}
          onClick={(event) => event.stopPropagation()}
        >
          {original.fullName}
        </Link>
      ),
    }),
    helper.accessor('externalId', {
      header: 'Your id',
      meta: { width: 'minmax(70px, 1fr)', hideBelow: 1080 },
      cell: ({ getValue }) => <span className="mono soft">{getValue()}</span>,
    }),
    helper.accessor('conversions', {
      header: 'Conversions',
      meta: { width: '84px', align: 'end', hideBelow: 1080 },
      cell: ({ getValue }) => <span className="amount">{getValue().toLocaleString('en')}</span>,
    }),
    amount('Their value', ({ conversionAmount }) => conversionAmount, { hideBelow: 1080 }),
    helper.accessor('failureRate', {
      header: 'Failed',
      meta: { width: '64px', align: 'end', hideBelow: 1080 },
      cell: ({ getValue }) => <span className="amount">{formatRate(getValue())}</span>,
    }),
    helper.accessor('lastPaidAt', {
      header: 'Last paid',
      meta: { width: '72px', align: 'end', hideBelow: 800 },
      cell: ({ getValue }) => {
        const at = getValue();
        return at === null ? <span className="soft">never</span> : <Age at={at} />;
      },
    }),
    amount('On average', ({ averagePaidAmount }) => averagePaidAmount, { hideBelow: 1080 }),
    amount('Earned', ({ earnedAmount }) => earnedAmount, { hideBelow: 560 }),
    amount('Owed now', ({ pendingAmount }) => pendingAmount, { hideBelow: 800 }),
    amount('Change', ({ trendAmount }) => trendAmount, { hideBelow: 800 }),
    amount('Paid', ({ paidAmount }) => paidAmount),
  ]) as Columns<AffiliateRow>;
