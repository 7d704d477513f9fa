import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { exclusionsQuery, type BatchDetail } from '../../lib/queries.ts';
import { count } from '../../lib/words.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Section } from '../../ui/page.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { reasonLabel } from '../payables/reasons.ts';
import classes from './lines.module.css';

interface Row {
  id: string;
  code: string;
  reason: string;
  remedy: string;
}

const helper = columnsOf<Row>();
const columns = helper.columns([
  helper.accessor('id', {
    header: 'Payee',
    meta: { width: '150px' },
    cell: ({ getValue }) => <CopyId id={getValue()} label="payee id" />,
  }),
  helper.accessor('code', {
    header: 'Why',
    meta: { width: 'minmax(120px, 150px)' },
    cell: ({ row: { original } }) => (
      <span title={original.reason}>{reasonLabel(original.code)}</span>
    ),
  }),
  helper.accessor('remedy', {
    header: 'What would help',
    meta: { width: 'minmax(140px, 1fr)', hideBelow: 560 },
    cell: ({ getValue }) => <span className="soft">{getValue()}</span>,
  }),
]) as Columns<Row>;

const NOTHING: readonly Row[] = [];

/** Who was left out when the batch was made: by reason, then one by one. */
export function ExcludedTab({ batch }: { batch: BatchDetail }) {
  const list = useInfiniteQuery(exclusionsQuery(batch.id));
  const rows = useMemo(
    () =>
      list.data?.pages.flatMap(({ exclusions }) =>
        exclusions.map(({ affiliateId, code, reason, remedy }): Row => ({
          id: affiliateId,
          code,
          reason,
          remedy,
        })),
      ) ?? NOTHING,
    [list.data],
  );
  return (
    <>
      {batch.skipped.length > 0 && (
        <Section title="By reason">
          <ul className={classes['lines']}>
            {batch.skipped.map((skip) => (
              <li key={skip.code}>
                <div>
                  {skip.sentence} <span className="soft">{skip.remedy}</span>
                </div>
                <strong className="amount">{count(skip.count, 'payee')}</strong>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <DataTable
        label="Payees left out"
        columns={columns}
        rows={rows}
        {...listProps(list)}
        empty={
          <Empty title="Nobody was left out">
            <p>Everybody who was looked at is in the batch.</p>
          </Empty>
        }
      />
    </>
  );
}
