import { Button, Skeleton } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useSession } from '../../lib/may.ts';
import { actorLabel, count } from '../../lib/words.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Empty } from '../../ui/note.tsx';
import { Time } from '../../ui/time.tsx';
import { CopyHash } from './copy-hash.tsx';
import type { Report } from './api.ts';
import type { ReportQuery } from './asked.ts';
import { daysAfter } from './period.ts';
import { reportQuery } from './queries.ts';
import type { ReportName } from './search.ts';
import classes from './report-frame.module.css';

type Whole = Exclude<ReportName, 'affiliates'>;

/** Asks for a report and shows it once it is there; else why it is not, or that nothing is in it. */
export function ReportFrame<Name extends Whole>({
  name,
  query,
  empty = <NothingThere />,
  children,
}: {
  name: Name;
  query: ReportQuery;
  /** Where it has no rows. */
  empty?: ReactNode;
  children: (rows: Report<Name>['rows']) => ReactNode;
}) {
  const { data, error, refetch, isFetching } = useQuery(reportQuery(name, query));
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <ReportSkeleton />;
  const { report, rows }: Report<Name> = data;
  return (
    <>
      <Meta
        report={report}
        dated={name !== 'aging'}
        isFetching={isFetching}
        onAgain={() => void refetch()}
      />
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {rows.length === 0 ? empty : children(rows)}
    </>
  );
}

/** Where a report has no rows. */
export function NothingThere() {
  return (
    <Empty title="Nothing in this period">
      <p>Choose a longer period above, or take a filter away.</p>
    </Empty>
  );
}

function ReportSkeleton() {
  return (
    <>
      <Skeleton height={18} width={320} radius="sm" />
      <Skeleton height={68} radius="sm" />
      <Skeleton height={280} radius="sm" />
    </>
  );
}

type ReportMeta = Report<Whole>['report'];

/** A day, where a period begins or ends at midnight of its zone; else the instant. */
function DaysOf({ report }: { report: ReportMeta }) {
  const day = (instant: string) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: report.zone }).format(new Date(instant));
  return (
    <span className="amount">
      {day(report.from)} to {daysAfter(day(report.to), -1)}, {report.zone}
    </span>
  );
}

/** What a report says about itself: its period, when it was worked out, how many rows, their hash. */
export function Meta({
  report,
  dated = true,
  hashOf = null,
  isFetching,
  onAgain,
}: {
  report: ReportMeta;
  dated?: boolean;
  /** What the hash is of, where it is not of all rows. */
  hashOf?: string | null;
  isFetching: boolean;
  onAgain: () => void;
}) {
  const { actor, email } = useSession();
  const { generatedAt, generatedBy, rows, hash, filters } = report;
  const shown = Object.entries(filters).map(
    ([field, value]) => `${field} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return (
    <div className={`soft ${classes['meta']}`}>
      {dated && <DaysOf report={report} />}
      <span>
        As of <Time at={generatedAt} seconds />
      </span>
      <span>{count(rows, 'row')}</span>
      <span>
        SHA-256{hashOf === null ? '' : ` of ${hashOf}`} <CopyHash hash={hash} />
      </span>
      <Button
        variant="subtle"
        size="compact-xs"
        className="no-print"
        loading={isFetching}
        leftSection={<IconRefresh size={13} aria-hidden />}
        onClick={onAgain}
      >
        Work out again
      </Button>
      <span className={classes['print']}>
        {shown.length > 0 && `Filters: ${shown.join(', ')}. `}
        By {(generatedBy === actor && email) || actorLabel(generatedBy, '')}.
      </span>
    </div>
  );
}
