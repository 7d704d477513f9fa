import { Anchor, Button, VisuallyHidden } from '@mantine/core';
import {
  IconCircleCheck,
  IconClock,
  IconDownload,
  IconHourglass,
  IconTrashOff,
  IconX,
  type Icon,
} from '@tabler/icons-react';
import { actorLabel } from '../../lib/words.ts';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age, Time } from '../../ui/time.tsx';
import { CopyHash } from './copy-hash.tsx';
import type { Export } from './queries.ts';
import { EXPORT_WORDS, kindLabel } from './words.ts';
import classes from './exports.module.css';

const ICONS: Readonly<Record<Export['status'], Icon>> = {
  QUEUED: IconClock,
  RUNNING: IconHourglass,
  DONE: IconCircleCheck,
  FAILED: IconX,
  EXPIRED: IconTrashOff,
};

const UNITS = ['B', 'kB', 'MB', 'GB'] as const;
const UNIT_SIZE = 1_000;

function formatBytes(bytes: number): string {
  const place = bytes < 1 ? 0 : Math.floor(Math.log(bytes) / Math.log(UNIT_SIZE));
  const unit = Math.min(place, UNITS.length - 1);
  const size = bytes / UNIT_SIZE ** unit;
  return `${size.toLocaleString('en', { maximumFractionDigits: unit === 0 ? 0 : 1 })} ${UNITS[unit]}`;
}

const helper = columnsOf<Export>();

/** What of a file is made, in rows and as a bar. */
function Progress({ file }: { file: Export }) {
  const { rowsDone, rowsExpected, progress, status, failure } = file;
  if (status === 'FAILED') return <span className="soft">{failure}</span>;
  const words = `${rowsDone.toLocaleString('en')} of ${rowsExpected.toLocaleString('en')} rows`;
  if (status === 'DONE' || status === 'EXPIRED') {
    return <span className="amount">{rowsDone.toLocaleString('en')} rows</span>;
  }
  return (
    <span className={classes['progress']}>
      <progress className={classes['bar']} value={progress} max={1} aria-label={words} />
      <span className="amount">{words}</span>
    </span>
  );
}

/** Filters by the names that people know them by; others have their own. */
const FILTER_WORDS: Readonly<Record<string, string>> = {
  to: 'before',
  payeeIds: 'affiliates',
  statuses: 'now',
};

const MIDNIGHT = 'T00:00:00.000Z';

function filterWord(name: string, value: unknown): string {
  const words = Array.isArray(value) ? value.join(', ') : String(value);
  const short = words.endsWith(MIDNIGHT) ? words.slice(0, -MIDNIGHT.length) : words;
  return `${FILTER_WORDS[name] ?? name} ${short}`;
}

/** The filter as it was understood, in one line: the period first. */
const filterText = ({ filter: { from, to, ...rest } }: Export): string =>
  Object.entries({ from, to, ...rest })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => filterWord(name, value))
    .join(' · ');

const WHAT = helper.columns([
  helper.accessor('kind', {
    header: 'File',
    meta: { width: 'minmax(124px, 1fr)' },
    cell: ({ row: { original } }) => (
      <>
        {kindLabel(original.kind)} <span className="soft">{original.format.toUpperCase()}</span>
      </>
    ),
  }),
  helper.accessor('status', {
    header: 'State',
    meta: { width: '104px' },
    cell: ({ getValue }) => {
      const { label, tone } = EXPORT_WORDS[getValue()];
      return <Badge label={label} tone={tone} icon={ICONS[getValue()]} />;
    },
  }),
  helper.display({
    id: 'progress',
    header: 'Rows',
    meta: { width: 'minmax(68px, 1.2fr)', hideBelow: 560 },
    cell: ({ row: { original } }) => <Progress file={original} />,
  }),
  helper.display({
    id: 'filter',
    header: 'Of',
    meta: { width: 'minmax(72px, 2fr)', hideBelow: 1080 },
    cell: ({ row: { original } }) => (
      <span className="soft" title={filterText(original)}>
        {filterText(original) || 'everything'}
      </span>
    ),
  }),
  helper.accessor('bytes', {
    header: 'Size',
    meta: { width: '76px', align: 'end', hideBelow: 800 },
    cell: ({ getValue }) => <span className="amount">{formatBytes(getValue())}</span>,
  }),
  helper.accessor('sha256', {
    header: 'SHA-256',
    meta: { width: '124px', hideBelow: 1080 },
    cell: ({ getValue }) => {
      const hash = getValue();
      return hash === null ? <span className="soft">—</span> : <CopyHash hash={hash} />;
    },
  }),
]);

const WHEN = helper.columns([
  helper.accessor('createdAt', {
    header: 'Age',
    meta: { width: '44px', align: 'end', hideBelow: 560 },
    cell: ({ getValue }) => <Age at={getValue()} />,
  }),
  helper.accessor('expiresAt', {
    header: 'Kept until',
    meta: { width: '140px', align: 'end', hideBelow: 1080 },
    cell: ({ getValue }) => <Time at={getValue()} />,
  }),
]);

const FETCH = helper.display({
  id: 'fetch',
  header: 'Fetch',
  meta: { width: '88px', align: 'end' },
  cell: ({ row: { original } }) => <Fetch file={original} />,
});

export const exportColumns = (actor: string, onGiveUp: (file: Export) => void): Columns<Export> =>
  [
    ...WHAT,
    helper.accessor('createdBy', {
      header: 'Ordered by',
      meta: { width: 'minmax(80px, 0.8fr)', hideBelow: 1080 },
      cell: ({ getValue }) => actorLabel(getValue(), actor),
    }),
    ...WHEN,
    helper.display({
      id: 'drop',
      header: () => <VisuallyHidden>Stop or delete</VisuallyHidden>,
      meta: { width: '52px', align: 'end', hideBelow: 560 },
      cell: ({ row: { original } }) =>
        isKept(original) && (
          <Button
            variant="subtle"
            size="compact-xs"
            aria-label={`${verbOf(original)} ${kindLabel(original.kind)} ${original.id}`}
            onClick={() => onGiveUp(original)}
          >
            {verbOf(original)}
          </Button>
        ),
    }),
    FETCH,
  ] as Columns<Export>;

const verbOf = ({ status }: Export): string => (status === 'DONE' ? 'Delete' : 'Stop');
const isKept = ({ status }: Export): boolean => ['QUEUED', 'RUNNING', 'DONE'].includes(status);

/** The browser itself fetches the file, however large it is. */
function Fetch({ file: { link, kind, format, id } }: { file: Export }) {
  if (link === null) return <span className="soft">—</span>;
  return (
    <Anchor
      href={link}
      download={`${kind}-${id}.${format}`}
      fz="inherit"
      className={classes['fetch'] ?? ''}
    >
      <IconDownload size={14} aria-hidden /> Download
    </Anchor>
  );
}
