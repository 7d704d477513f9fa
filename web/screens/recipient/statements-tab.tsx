import { Button } from '@mantine/core';
import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useMemo } from 'react';
import { download } from '../../lib/download.ts';
import { useMay } from '../../lib/may.ts';
import { count, PAYMENT_WORDS } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Money } from '../../ui/money.tsx';
import { Empty } from '../../ui/note.tsx';
import { Section } from '../../ui/page.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Time } from '../../ui/time.tsx';
import { statementsQuery, type Statement, type Statements } from './queries.ts';
import classes from './recipient.module.css';

interface Row extends Statement {
  id: string;
}

const API = '/api/disbursement';
const pathOf = (personId: string, { paymentId, year }: Pick<Statement, 'paymentId' | 'year'>) =>
  paymentId === null
    ? `${API}/affiliates/${personId}/statements/${year}`
    : `${API}/payments/${paymentId}/statement`;

const NOTHING: readonly Row[] = [];

/** Statements for the payee: of each year, and of each payout. */
export function StatementsTab({ personId }: { personId: string }) {
  const list = useInfiniteQuery(statementsQuery(personId));
  const save = useMutation({ mutationFn: (path: string) => download(`${path}?format=csv`) });
  const { mutate } = save;
  const columns = useMemo(() => statementColumns(personId, mutate), [personId, mutate]);
  const rows = useMemo(
    () =>
      list.data?.pages.flatMap(({ statements }) =>
        statements
          .filter(({ paymentId }) => paymentId !== null)
          .map((statement): Row => ({ ...statement, id: String(statement.number) })),
      ) ?? NOTHING,
    [list.data],
  );
  return (
    <div className={classes['stack']}>
      {save.error && <ErrorPanel error={save.error} />}
      <Years years={list.data?.pages[0]?.years ?? []} personId={personId} onCsv={mutate} />
      <DataTable
        label="Statements of payouts"
        columns={columns}
        rows={rows}
        {...listProps(list)}
        empty={
          <Empty title="No statement yet">
            <p>A payout gets its statement, with a number of its own, when it is settled.</p>
          </Empty>
        }
      />
    </div>
  );
}

function Years({
  years,
  personId,
  onCsv,
}: {
  years: Statements['years'];
  personId: string;
  onCsv: (path: string) => void;
}) {
  if (years.length === 0) return null;
  return (
    <Section title="By year">
      <ul className={classes['list']}>
        {years.map(({ year, payouts, number }) => (
          <li key={year}>
            <div>
              <strong>{year}</strong>{' '}
              <span className="soft">
                {count(payouts, 'payout')}
                {number === null ? ', not over yet' : `, statement ${number}`}
              </span>
            </div>
            <Files
              name={`of ${year}`}
              path={pathOf(personId, { paymentId: null, year })}
              onCsv={onCsv}
            />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** A statement as a page for print, in a tab of its own, and as a file. */
function Files({
  name,
  path,
  onCsv,
}: {
  name: string;
  path: string;
  onCsv: (path: string) => void;
}) {
  const may = useMay();
  return (
    <span className={`${classes['acts']} no-print`}>
      <Button
        component="a"
        href={`${path}?format=html`}
        target="_blank"
        rel="noreferrer"
        variant="default"
        size="compact-xs"
        aria-label={`Open the statement ${name} for print`}
        leftSection={<IconPrinter size={13} aria-hidden />}
      >
        Open
      </Button>
      <ActButton
        variant="default"
        size="compact-xs"
        verdict={may('export')}
        leftSection={<IconDownload size={13} aria-hidden />}
        onClick={() => onCsv(path)}
      >
        CSV
      </ActButton>
    </span>
  );
}

const helper = columnsOf<Row>();
const statementColumns = (personId: string, onCsv: (path: string) => void): Columns<Row> =>
  helper.columns([
    helper.accessor('number', {
      header: 'Statement',
      meta: { width: '80px' },
      cell: ({ getValue }) => <span className="amount">{getValue()}</span>,
    }),
    helper.accessor('settledAt', {
      header: 'Settled',
      meta: { width: '140px', hideBelow: 560 },
      cell: ({ getValue, row }) => <Time at={getValue() ?? row.original.issuedAt} />,
    }),
    helper.accessor('status', {
      header: 'State',
      meta: { width: 'minmax(80px, 1fr)', hideBelow: 800 },
      cell: ({ getValue }) => {
        const found = Object.entries(PAYMENT_WORDS).find(([state]) => state === getValue());
        return found?.[1].label ?? getValue();
      },
    }),
    helper.display({
      id: 'amount',
      header: 'Paid',
      meta: { width: 'minmax(104px, 150px)', align: 'end' },
      cell: ({ row: { original } }) =>
        original.amount === null || original.currency === null ? null : (
          <Money amount={original.amount} currency={original.currency} strong />
        ),
    }),
    helper.display({
      id: 'files',
      header: 'Files',
      meta: { width: '146px', align: 'end' },
      cell: ({ row: { original } }) => (
        <Files name={String(original.number)} path={pathOf(personId, original)} onCsv={onCsv} />
      ),
    }),
  ]) as Columns<Row>;
