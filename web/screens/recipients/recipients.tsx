import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useFilters } from '../../lib/filters.ts';
import { useMay } from '../../lib/may.ts';
import { count, PROVIDER_NAMES, providerLabel } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Choice, Find } from '../../ui/filters.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Bar, Page } from '../../ui/page.tsx';
import { SavedViews } from '../../ui/saved-views/saved-views.tsx';
import { SelectionBar } from '../../ui/selection-bar.tsx';
import { usePicked } from '../../ui/use-picked.ts';
import { AddRecipient } from './add-recipient.tsx';
import { recipientColumns } from './columns.tsx';
import { HoldMany } from './hold-many.tsx';
import { KYC_WORDS } from './kyc.tsx';
import { recipientsQuery, type Recipient, type RecipientFilter } from './queries.ts';
import { KYC_CHOICES, readRecipientsSearch, STANDINGS, type RecipientsSearch } from './search.ts';

const NOTHING: readonly Recipient[] = [];

const STANDING_LABELS: Readonly<Record<(typeof STANDINGS)[number], string>> = {
  owed: 'Something payable',
  held: 'On hold or blocked',
  suspended: 'Suspended',
};

/** What the API takes of what the address says. */
const filterOf = ({ standing, ...rest }: RecipientsSearch): RecipientFilter => ({
  ...rest,
  ...(standing && { [standing]: 'true' }),
});

/** Everybody who may be paid: their accounts, what is payable to them, and why not where it is not. */
export function Recipients() {
  const [search, change] = useFilters(readRecipientsSearch);
  const list = useInfiniteQuery(recipientsQuery(filterOf(search)));
  const rows = useMemo(
    () => list.data?.pages.flatMap(({ affiliates }) => affiliates) ?? NOTHING,
    [list.data],
  );
  const picked = usePicked<Recipient>();
  const columns = useMemo(() => recipientColumns(picked), [picked]);
  const navigate = useNavigate();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title="Recipients"
      lead="Everybody who may be paid, newest first."
      actions={
        <ActButton verdict={may('create')} onClick={() => setAdding(true)}>
          Add recipient
        </ActButton>
      }
    >
      <Filters search={search} change={change} />
      {picked.ids.size > 0 && (
        <SelectionBar
          onClear={() => picked.set([])}
          actions={<HoldMany affiliateIds={[...picked.ids]} onDone={() => picked.set([])} />}
        >
          <strong>{count(picked.ids.size, 'recipient')} picked.</strong>
        </SelectionBar>
      )}
      <DataTable
        label="Recipients"
        columns={columns}
        rows={rows}
        {...listProps(list)}
        onPick={picked.toggle}
        onOpen={({ id }) =>
          void navigate({ to: '/recipients/$recipientId', params: { recipientId: id } })
        }
        picked={picked.ids}
        empty={<Nobody filtered={Object.keys(search).length > 0} onClear={() => change(CLEAR)} />}
      />
      {adding && <AddRecipient onClose={() => setAdding(false)} />}
    </Page>
  );
}

const CLEAR: RecipientsSearch = {
  q: undefined,
  kyc: undefined,
  provider: undefined,
  standing: undefined,
};

function Filters({
  search,
  change,
}: {
  search: RecipientsSearch;
  change: (changed: Partial<RecipientsSearch>) => void;
}) {
  return (
    <Bar label="Filters">
      <Find
        label="Recipient"
        placeholder="Name, e-mail, id"
        value={search.q}
        onChange={(q) => change({ q })}
      />
      <Choice
        label="Account"
        value={search.kyc}
        values={KYC_CHOICES}
        labelOf={(kyc) => (kyc === 'NONE' ? 'No account' : KYC_WORDS[kyc].label)}
        onChange={(kyc) => change({ kyc })}
      />
      <Choice
        label="Provider"
        value={search.provider}
        values={PROVIDER_NAMES}
        labelOf={providerLabel}
        onChange={(provider) => change({ provider })}
      />
      <Choice
        label="Standing"
        value={search.standing}
        values={STANDINGS}
        labelOf={(standing) => STANDING_LABELS[standing]}
        onChange={(standing) => change({ standing })}
      />
      <SavedViews screen="recipients" search={search} />
    </Bar>
  );
}

function Nobody({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  return filtered ? (
    <Empty title="Nobody fits these filters">
      <p>Take a filter away to see more.</p>
      <Button variant="default" onClick={onClear}>
        Show everybody
      </Button>
    </Empty>
  ) : (
    <Empty title="Nobody can be paid yet">
      <p>
        Add somebody here, by the API, or from a file:{' '}
        <span className="mono">bursar import affiliates FILE</span>.
      </p>
    </Empty>
  );
}
