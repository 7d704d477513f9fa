import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import { useFilters } from '../../lib/filters.ts';
import { useMay, useSession } from '../../lib/may.ts';
import { isOwn, pendingForMe, waitingBatchesQuery } from '../../lib/needs-me.ts';
import { batchesQuery, type Batch } from '../../lib/queries.ts';
import { count } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { WHOLE_LIST } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Bar, Page } from '../../ui/page.tsx';
import { SavedViews } from '../../ui/saved-views/saved-views.tsx';
import { usePicked } from '../../ui/use-picked.ts';
import { BulkDialog } from './bulk-dialog.tsx';
import { approvalColumns } from './columns.tsx';
import { APPROVAL_VIEWS, readApprovalsSearch, type ApprovalView } from './search.ts';

const NOTHING: readonly Batch[] = [];
const LABELS: Readonly<Record<ApprovalView, string>> = {
  mine: 'For me',
  all: 'All that wait',
  decided: 'Decided',
};

/** The batches of a view, and the question that they answer; beside them those that wait for this person. */
function useApprovals(view: ApprovalView) {
  const session = useSession();
  const may = useMay();
  const waiting = useQuery(waitingBatchesQuery);
  const recent = useInfiniteQuery({ ...batchesQuery({}), enabled: view === 'decided' });
  const mine = useMemo(
    () => (may('approve').allowed ? pendingForMe(waiting.data ?? NOTHING, session) : NOTHING),
    [waiting.data, session, may],
  );
  const decided = useMemo(
    () =>
      recent.data?.pages
        .flatMap(({ batches }) => batches)
        .filter(({ approvals }) => approvals.required > 0 && approvals.missing === 0) ?? NOTHING,
    [recent.data],
  );
  const rows = view === 'mine' ? mine : view === 'all' ? (waiting.data ?? NOTHING) : decided;
  const asked = view === 'decided' ? recent : waiting;
  return { asked, mine, rows };
}

/** Batches that wait for somebody's word; first those whose word is this person's to give. */
export function Approvals() {
  const [search, change] = useFilters(readApprovalsSearch);
  const { view = 'mine' } = search;
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const { asked, mine, rows } = useApprovals(view);
  const picked = usePicked<Batch>();
  const [bulk, setBulk] = useState(false);
  const chosen = rows.filter(({ id }) => picked.ids.has(id));
  const done = () => {
    setBulk(false);
    picked.set([]);
  };
  const columns = useMemo(
    () => approvalColumns(session, view === 'decided' ? null : picked),
    [session, picked, view],
  );
  return (
    <Page
      title="Approvals"
      lead="Nobody alone moves a lot of money: who made a batch never approves it."
      actions={
        view !== 'decided' &&
        chosen.length > 0 && (
          <ActButton
            verdict={
              chosen.some((batch) => isOwn(batch, session))
                ? { allowed: false, reason: 'One of them you made or changed yourself.' }
                : may('approve')
            }
            onClick={() => setBulk(true)}
          >
            Approve {count(chosen.length, 'batch', 'batches')}
          </ActButton>
        )
      }
    >
      <ViewBar
        view={view}
        mine={mine.length}
        rows={rows}
        chosen={chosen.length}
        onView={(to) => change({ view: to })}
        onPick={picked.set}
        views={<SavedViews screen="approvals" search={search} />}
      />
      <DataTable
        label="Approvals"
        columns={columns}
        rows={rows}
        {...WHOLE_LIST}
        isPending={asked.isPending}
        error={asked.error}
        onRetry={() => void asked.refetch()}
        {...(view !== 'decided' && { onPick: picked.toggle })}
        picked={picked.ids}
        onOpen={({ id }) =>
          void navigate({
            to: '/batches/$batchId',
            params: { batchId: id },
            search: { tab: 'approvals' },
          })
        }
        empty={<NothingWaits view={view} verdict={may('approve')} />}
      />
      {bulk && <BulkDialog batches={chosen} onClose={() => setBulk(false)} onDone={done} />}
    </Page>
  );
}

/** Whose words are shown, and all of them picked at once. */
function ViewBar({
  view,
  mine,
  rows,
  chosen,
  onView,
  onPick,
  views,
}: {
  view: ApprovalView;
  /** How many wait for this person. */
  mine: number;
  rows: readonly Batch[];
  /** How many of the rows are picked. */
  chosen: number;
  onView: (view: ApprovalView | undefined) => void;
  onPick: (ids: string[]) => void;
  /** The saved views of the screen. */
  views: ReactNode;
}) {
  return (
    <Bar label="View">
      <SegmentedControl
        size="xs"
        value={view}
        data={APPROVAL_VIEWS.map((each) => ({
          value: each,
          label: each === 'mine' && mine > 0 ? `${LABELS[each]} (${mine})` : LABELS[each],
        }))}
        onChange={(to) => onView(APPROVAL_VIEWS.find((each) => each === to))}
      />
      {view !== 'decided' && rows.length > 0 && (
        <Button
          variant="default"
          onClick={() => onPick(chosen === rows.length ? [] : rows.map(({ id }) => id))}
        >
          {chosen === rows.length ? 'Pick none' : 'Pick all'}
        </Button>
      )}
      {views}
    </Bar>
  );
}

function NothingWaits({
  view,
  verdict,
}: {
  view: ApprovalView;
  verdict: ReturnType<ReturnType<typeof useMay>>;
}) {
  if (view === 'mine' && !verdict.allowed) {
    return (
      <Empty title="You approve nothing">
        <p>{verdict.reason}</p>
      </Empty>
    );
  }
  return (
    <Empty title={view === 'decided' ? 'Nothing was decided lately' : 'Nothing waits for a word'}>
      <p>
        A batch comes here when a rule or the policy asks for somebody’s approval.{' '}
        <Link to="/batches">See all batches</Link>.
      </p>
    </Empty>
  );
}
