import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useFilters } from '../../lib/filters.ts';
import { useMay, useSession } from '../../lib/may.ts';
import { batchesQuery, type Batch } from '../../lib/queries.ts';
import {
  BATCH_STATES,
  BATCH_WORDS,
  count,
  PROVIDER_NAMES,
  providerLabel,
} from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Choice, Find } from '../../ui/filters.tsx';
import { Empty } from '../../ui/note.tsx';
import { Bar, Page } from '../../ui/page.tsx';
import { SavedViews } from '../../ui/saved-views/saved-views.tsx';
import { batchColumns } from './columns.tsx';
import { readBatchesSearch, type BatchesSearch } from './search.ts';

const NOTHING: readonly Batch[] = [];

/** Every batch, newest first. Rows stay where they are: what is new waits behind a button. */
export function Batches() {
  const [search, change] = useFilters(readBatchesSearch);
  const list = useInfiniteQuery(batchesQuery(search));
  const all = useMemo(
    () => list.data?.pages.flatMap(({ batches }) => batches) ?? NOTHING,
    [list.data],
  );
  const { rows, fresh, showFresh } = useSteadyRows(all, JSON.stringify(search));
  const session = useSession();
  const navigate = useNavigate();
  const may = useMay();
  const columns = useMemo(() => batchColumns(session), [session]);
  return (
    <Page
      title="Batches"
      lead="Payments of one currency and one provider, sent together."
      actions={
        <ActButton verdict={may('verify')} onClick={() => void navigate({ to: '/new' })}>
          New batch
        </ActButton>
      }
    >
      <Filters search={search} change={change} />
      {fresh > 0 && (
        <Button
          variant="default"
          size="compact-xs"
          onClick={showFresh}
          style={{ alignSelf: 'center' }}
        >
          Show {count(fresh, 'new batch', 'new batches')}
        </Button>
      )}
      <DataTable
        label="Batches"
        columns={columns}
        rows={rows}
        {...listProps(list)}
        onOpen={({ id }) => void navigate({ to: '/batches/$batchId', params: { batchId: id } })}
        empty={
          <Empty
            title={Object.keys(search).length > 0 ? 'No batch fits these filters' : 'No batch yet'}
          >
            <p>
              A batch is made of what is payable. <Link to="/payables">See who can be paid</Link>,
              or preview everybody with “New batch”.
            </p>
          </Empty>
        }
      />
    </Page>
  );
}

/**
 * The rows that were there when the list was opened, as they are now. Newer ones are counted until
 * somebody asks for them, so that no row jumps away under the pointer.
 */
function useSteadyRows(all: readonly Batch[], view: string) {
  const newest = all[0]?.batchNumber ?? 0;
  const [anchor, setAnchor] = useState({ view, newest });
  if (anchor.view !== view || (anchor.newest === 0 && newest > 0)) setAnchor({ view, newest });
  const rows = useMemo(
    () => all.filter(({ batchNumber }) => batchNumber <= anchor.newest),
    [all, anchor.newest],
  );
  return {
    rows,
    fresh: all.length - rows.length,
    showFresh: () => setAnchor({ view, newest }),
  };
}

function Filters({
  search,
  change,
}: {
  search: BatchesSearch;
  change: (changed: Partial<BatchesSearch>) => void;
}) {
  return (
    <Bar label="Filters">
      <Find
        label="Batch"
        placeholder="Number, id, note"
        value={search.q}
        onChange={(q) => change({ q })}
      />
      <Choice
        label="State"
        value={search.status}
        values={BATCH_STATES}
        labelOf={(state) => BATCH_WORDS[state].label}
        onChange={(status) => change({ status })}
      />
      <Choice
        label="Provider"
        value={search.provider}
        values={PROVIDER_NAMES}
        labelOf={providerLabel}
        onChange={(provider) => change({ provider })}
      />
      <SavedViews screen="batches" search={search} />
    </Bar>
  );
}
