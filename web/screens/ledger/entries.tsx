import { TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { DataTable } from '../../ui/data-table.tsx';
import { Choice, Find } from '../../ui/filters.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Empty, Note } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import type { Balance } from './api.ts';
import { lineColumns, toRows, type Row } from './line-columns.tsx';
import { balancesQuery, linesQuery } from './queries.ts';
import type { LedgerSearch } from './search.ts';

const BATCH_ID = /^bat_[0-9a-f]{32}$/;
const PAYMENT_ID = /^pay_[0-9a-f]{32}$/;
const NOTHING: readonly Row[] = [];
const NO_BALANCES: readonly Balance[] = [];

interface Props {
  search: LedgerSearch;
  change: (changed: Partial<LedgerSearch>) => void;
}

/** Lines of the books. Where they are of one account, each says what they come to so far. */
export function Entries({ search, change }: Props) {
  const { account, currency, batchId, paymentId, from, until } = search;
  const unfit = unfitIds(search);
  const list = useInfiniteQuery(
    linesQuery({
      account,
      currency,
      batchId: unfit.includes(batchId ?? '') ? undefined : batchId,
      paymentId: unfit.includes(paymentId ?? '') ? undefined : paymentId,
      from,
      until,
    }),
  );
  const ofOne = account !== undefined && !account.endsWith('/*');
  const rows = useMemo(
    () => (list.data ? toRows(list.data.pages.flatMap(({ entries }) => entries)) : NOTHING),
    [list.data],
  );
  const columns = useMemo(() => lineColumns(ofOne), [ofOne]);
  return (
    <>
      <Filters search={search} change={change} />
      {unfit.length > 0 && (
        <Note>
          <p>
            {unfit.map((each) => `“${each}”`).join(' and ')} is no whole id, so it filters nothing.
          </p>
        </Note>
      )}
      <DataTable
        label="Lines of the books"
        columns={columns}
        rows={rows}
        {...listProps(list)}
        empty={
          <Empty title="No line fits these filters">
            <p>Take a filter away, or choose another time.</p>
          </Empty>
        }
      />
    </>
  );
}

const unfitIds = ({ batchId, paymentId }: LedgerSearch): string[] => [
  ...(batchId !== undefined && !BATCH_ID.test(batchId) ? [batchId] : []),
  ...(paymentId !== undefined && !PAYMENT_ID.test(paymentId) ? [paymentId] : []),
];

function Filters({ search, change }: Props) {
  const { data: balances = NO_BALANCES } = useQuery(balancesQuery);
  const accounts = [...new Set(balances.map((each) => each.account))];
  const currencies = [...new Set(balances.map((each) => each.currency))];
  const withChosen = (known: readonly string[], chosen: string | undefined) =>
    chosen === undefined || known.includes(chosen) ? known : [...known, chosen];
  return (
    <Bar label="Filters">
      <Choice
        label="Account"
        value={search.account}
        values={withChosen(accounts, search.account)}
        labelOf={(each) => each}
        onChange={(account) => change({ account })}
      />
      <Choice
        label="Currency"
        value={search.currency}
        values={withChosen(currencies, search.currency)}
        labelOf={(each) => each}
        onChange={(currency) => change({ currency })}
      />
      <Find
        label="Batch"
        placeholder="bat_… as a whole"
        value={search.batchId}
        onChange={(batchId) => change({ batchId })}
      />
      <Find
        label="Payment"
        placeholder="pay_… as a whole"
        value={search.paymentId}
        onChange={(paymentId) => change({ paymentId })}
      />
      <Day label="From (UTC)" value={search.from} onChange={(from) => change({ from })} />
      <Day label="Until (UTC)" value={search.until} onChange={(until) => change({ until })} />
    </Bar>
  );
}

function Day({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (day: string | undefined) => void;
}) {
  return (
    <TextInput
      type="date"
      label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}
