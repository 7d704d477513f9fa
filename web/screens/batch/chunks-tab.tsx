import { queryOptions, useQuery } from '@tanstack/react-query';
import { hc } from 'hono/client';
import { useMemo } from 'react';
import type { listChunks } from '../../../api/routes/batches/chunks.ts';
import { answerOf, clientOptions, type AnswerOf, type Group } from '../../lib/api.ts';
import type { BatchDetail } from '../../lib/queries.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { WHOLE_LIST } from '../../ui/list-props.ts';
import { Money } from '../../ui/money.tsx';
import { Empty } from '../../ui/note.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Time } from '../../ui/time.tsx';
import classes from './chunks-tab.module.css';

const chunkApi = hc<Group<typeof listChunks>>('/', clientOptions).api.disbursement.batches;
const ofBatch = chunkApi[':id'];
type Chunk = AnswerOf<typeof ofBatch.chunks.$get>['chunks'][number];

/** Below the batch's own key, so that whatever refreshes the batch refreshes them. */
const chunksQuery = (id: string) =>
  queryOptions({
    queryKey: ['batches', 'one', id, 'chunks'],
    queryFn: async ({ signal }) =>
      (await answerOf(ofBatch.chunks.$get({ param: { id } }, { init: { signal } }))).chunks,
  });

interface Row extends Chunk {
  id: string;
  /** Where its sending lies between the first and the last of the batch, from 0 to 1; null before. */
  span: { start: number; end: number } | null;
}

/** Places each chunk's sending, and the arrival of its last payment, on the time of the whole batch. */
function toRows(chunks: readonly Chunk[]): Row[] {
  const starts = chunks.flatMap(({ firstSentAt }) =>
    firstSentAt ? [Date.parse(firstSentAt)] : [],
  );
  const ends = chunks.flatMap((chunk) => {
    const end = chunk.lastPaidAt ?? chunk.lastSentAt;
    return end ? [Date.parse(end)] : [];
  });
  const fromMs = Math.min(...starts);
  const spanMs = Math.max(1, Math.max(...ends) - fromMs);
  return chunks.map((chunk) => {
    const end = chunk.lastPaidAt ?? chunk.lastSentAt;
    const span =
      chunk.firstSentAt === null || end === null
        ? null
        : {
            start: (Date.parse(chunk.firstSentAt) - fromMs) / spanMs,
            end: (Date.parse(end) - fromMs) / spanMs,
          };
    return { ...chunk, id: String(chunk.chunk), span };
  });
}

const helper = columnsOf<Row>();
const columnsIn = (currency: string): Columns<Row> =>
  helper.columns([
    helper.accessor('chunk', {
      header: 'Chunk',
      meta: { width: '52px', align: 'end' },
      cell: ({ getValue }) => <span className="amount">{getValue() + 1}</span>,
    }),
    helper.display({
      id: 'progress',
      header: 'Payments by state',
      meta: { width: 'minmax(120px, 1fr)' },
      cell: ({ row: { original } }) => (
        <ProgressBar counts={original.counts} total={original.payments} />
      ),
    }),
    helper.display({
      id: 'timeline',
      header: 'From the first send to the last arrival',
      meta: { width: 'minmax(160px, 1.6fr)', hideBelow: 800 },
      cell: ({ row: { original } }) => <Span row={original} />,
    }),
    helper.accessor('firstSentAt', {
      header: 'First sent',
      meta: { width: '150px', hideBelow: 560 },
      cell: ({ getValue }) => <When at={getValue()} />,
    }),
    helper.accessor('lastPaidAt', {
      header: 'Last arrived',
      meta: { width: '150px', hideBelow: 1080 },
      cell: ({ getValue }) => <When at={getValue()} />,
    }),
    helper.accessor('payments', {
      header: 'Payments',
      meta: { width: '72px', align: 'end', hideBelow: 560 },
      cell: ({ getValue }) => <span className="amount">{getValue().toLocaleString('en')}</span>,
    }),
    helper.accessor('amount', {
      header: 'Amount',
      meta: { width: 'minmax(112px, 150px)', align: 'end' },
      cell: ({ getValue }) => <Money amount={getValue()} currency={currency} strong />,
    }),
  ]) as Columns<Row>;

function When({ at }: { at: string | null }) {
  return at === null ? <span className="soft">—</span> : <Time at={at} seconds />;
}

/** A bar where the chunk was under way; the times beside it say the same in words. */
function Span({ row: { span } }: { row: Row }) {
  if (span === null) return <span className="soft">not sent yet</span>;
  return (
    <span className={classes['track']} aria-hidden>
      <span
        style={{
          left: `${span.start * 100}%`,
          width: `max(3px, ${(span.end - span.start) * 100}%)`,
        }}
      />
    </span>
  );
}

const NOTHING: readonly Row[] = [];

/** The chunks that the batch is handed over in, and when each was under way. */
export function ChunksTab({ batch }: { batch: BatchDetail }) {
  const { data, error, isPending, refetch } = useQuery(chunksQuery(batch.id));
  const rows = useMemo(() => (data ? toRows(data) : NOTHING), [data]);
  const columns = useMemo(() => columnsIn(batch.currency), [batch.currency]);
  return (
    <DataTable
      label="Chunks"
      columns={columns}
      rows={rows}
      {...WHOLE_LIST}
      isPending={isPending}
      error={error}
      onRetry={() => void refetch()}
      empty={
        <Empty title="This batch has no chunk">
          <p>A batch is handed over in chunks of at most 100 payments.</p>
        </Empty>
      }
    />
  );
}
