import { Button, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { formatAmount, parseAmount } from '../../lib/currency.ts';
import { useFilters } from '../../lib/filters.ts';
import { payablesQuery } from '../../lib/queries.ts';
import { PROVIDER_NAMES, providerLabel } from '../../lib/words.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Figure, Figures } from '../../ui/facts.tsx';
import { Choice, Find } from '../../ui/filters.tsx';
import { MoneyList } from '../../ui/money.tsx';
import { Empty } from '../../ui/note.tsx';
import { Bar, Page } from '../../ui/page.tsx';
import { SavedViews } from '../../ui/saved-views/saved-views.tsx';
import { PreviewMatching, Selection } from './selection.tsx';
import { payableColumns, rowIdOf, type PayableRow } from './columns.tsx';
import { readPayablesSearch, type PayablesSearch } from './search.ts';
import { useChoice } from './use-choice.ts';

const NOTHING: readonly PayableRow[] = [];

/** What the API takes of what the address says. */
const filterOf = ({ show, minAmount, ...rest }: PayablesSearch) => ({
  ...rest,
  ...(show && { ready: show === 'ready' ? ('true' as const) : ('false' as const) }),
  ...(minAmount !== undefined && { minAmount: String(minAmount) }),
});

/** Everybody with something payable, and for each who cannot be paid now why not. */
export function Payables() {
  const [search, change] = useFilters(readPayablesSearch);
  const list = useInfiniteQuery(payablesQuery(filterOf(search)));
  // Of one currency the list tells that one alone; the others stay there to be chosen.
  const everybody = useInfiniteQuery({
    ...payablesQuery({}),
    enabled: search.currency !== undefined,
  });
  const rows = useMemo(
    () =>
      list.data?.pages.flatMap(({ affiliates }) =>
        affiliates.map((payable): PayableRow => ({
          ...payable,
          affiliateId: payable.id,
          id: rowIdOf(payable),
        })),
      ) ?? NOTHING,
    [list.data],
  );
  const picked = useChoice(rows, JSON.stringify(search));
  const summary = list.data?.pages[0]?.summary;
  const columns = useMemo(() => payableColumns(picked), [picked]);
  return (
    <Page
      title="Payables"
      lead="Who can be paid now. Whoever cannot is told why, and what would help."
      actions={
        picked.ids.size === 0 && <PreviewMatching search={search} summary={summary} all={false} />
      }
    >
      <Figures>
        <Figure label="Payable">
          {summary ? <MoneyList amounts={summary.totalPendingAmount} /> : '…'}
        </Figure>
        <Figure label="Payees">{summary?.totalAffiliates.toLocaleString('en') ?? '…'}</Figure>
        <Figure label="Can be paid now">
          {summary?.readyForPayout.toLocaleString('en') ?? '…'}
        </Figure>
      </Figures>
      <PayableFilters
        search={search}
        change={change}
        currencies={Object.keys(
          (everybody.data?.pages[0]?.summary ?? summary)?.totalPendingAmount ?? {},
        )}
      />
      {picked.ids.size > 0 && (
        <Selection search={search} summary={summary} rows={rows} choice={picked} />
      )}
      <DataTable
        label="Payables"
        columns={columns}
        rows={rows}
        {...listProps(list)}
        onPick={picked.toggle}
        onOpen={picked.toggle}
        picked={picked.ids}
        empty={
          <NobodyPayable filtered={Object.keys(search).length > 0} onClear={() => change(CLEAR)} />
        }
      />
    </Page>
  );
}

const CLEAR: PayablesSearch = {
  currency: undefined,
  provider: undefined,
  show: undefined,
  minAmount: undefined,
  q: undefined,
};

function PayableFilters({
  search,
  change,
  currencies,
}: {
  search: PayablesSearch;
  change: (changed: Partial<PayablesSearch>) => void;
  currencies: readonly string[];
}) {
  const known = search.currency ? [...new Set([...currencies, search.currency])] : currencies;
  return (
    <Bar label="Filters">
      <Find
        label="Payee"
        placeholder="Name, e-mail, id"
        value={search.q}
        onChange={(q) => change({ q })}
      />
      <Choice
        label="Can be paid"
        value={search.show}
        values={['ready', 'blocked']}
        labelOf={(show) => (show === 'ready' ? 'Now' : 'Not now')}
        onChange={(show) => change({ show })}
      />
      <Choice
        label="Currency"
        value={search.currency}
        values={known}
        labelOf={(currency) => currency}
        onChange={(currency) => change({ currency })}
      />
      <Choice
        label="By provider"
        value={search.provider}
        values={PROVIDER_NAMES}
        labelOf={providerLabel}
        none="Usual one"
        onChange={(provider) => change({ provider })}
      />
      <TextInput
        key={search.minAmount ?? 'none'}
        label="At least"
        w={110}
        placeholder="0.00"
        defaultValue={
          search.minAmount === undefined
            ? ''
            : formatAmount(search.minAmount, search.currency ?? 'USD')
        }
        onBlur={(event) =>
          change({
            minAmount:
              parseAmount(event.currentTarget.value, search.currency ?? 'USD') || undefined,
          })
        }
      />
      <SavedViews screen="payables" search={search} />
    </Bar>
  );
}

function NobodyPayable({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  return filtered ? (
    <Empty title="Nobody fits these filters">
      <p>Take a filter away to see more.</p>
      <Button variant="default" onClick={onClear}>
        Show everybody
      </Button>
    </Empty>
  ) : (
    <Empty title="Nobody has anything payable">
      <p>
        What is earned arrives by the API or from a file:{' '}
        <span className="mono">bursar import commissions FILE</span>. What is in a payment already
        is with its <Link to="/batches">batch</Link>.
      </p>
    </Empty>
  );
}
