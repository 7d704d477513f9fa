import { UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSession } from '../../lib/may.ts';
import { actorLabel, count, providerLabel } from '../../lib/words.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { DetailDrawer } from '../../ui/detail-drawer.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Note } from '../../ui/note.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import type { RunDetail } from './api.ts';
import { runQuery } from './queries.ts';
import { RunReport } from './run-report.tsx';
import { CASE_STATE_WORDS, kindLabel, RUN_WORDS } from './words.ts';
import classes from './reconciliation.module.css';

/** One compared day beside the list. */
export function RunDrawer({
  id,
  onClose,
  onCase,
}: {
  id: string | undefined;
  onClose: () => void;
  onCase: (caseId: string) => void;
}) {
  return (
    <DetailDrawer opened={id !== undefined} onClose={onClose} size={720} title="Reconciliation">
      {id !== undefined && <Known id={id} onCase={onCase} />}
    </DetailDrawer>
  );
}

function Known({ id, onCase }: { id: string; onCase: (caseId: string) => void }) {
  const { data, error, refetch } = useQuery(runQuery(id));
  const { actor } = useSession();
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <TableSkeleton />;
  const { reconciliation: run, report, cases } = data;
  return (
    <div className={classes['story']}>
      <div className={classes['top']}>
        <Badge {...RUN_WORDS[run.status]} />
        <strong>{providerLabel(run.provider)}</strong>
        <span>{run.day}, UTC</span>
      </div>
      {run.failure !== null && (
        <Note tone="bad">
          <p>{run.failure}</p>
        </Note>
      )}
      {run.status === 'RUNNING' && (
        <Note>
          <p>It is under way; the result appears here by itself.</p>
        </Note>
      )}
      <Facts
        facts={{
          Run: <CopyId id={run.id} label="run id" />,
          Workflow: <CopyId id={data.workflowId} label="workflow id" />,
          'Asked by': actorLabel(run.requestedBy, actor),
          Began: <Time at={run.createdAt} seconds />,
          Ended: run.finishedAt && <Time at={run.finishedAt} seconds />,
        }}
      />
      {report && <RunReport report={report} />}
      <RunCases cases={cases} onCase={onCase} />
    </div>
  );
}

function RunCases({
  cases,
  onCase,
}: {
  cases: RunDetail['cases'];
  onCase: (caseId: string) => void;
}) {
  if (cases.length === 0) return null;
  return (
    <Section title={`Cases of this day (${count(cases.length, 'case')})`}>
      <ul className={classes['lines']}>
        {cases.map(({ id, kind, status, summary, subject }) => (
          <li key={id}>
            <UnstyledButton className={classes['open']} onClick={() => onCase(id)}>
              <strong>{kindLabel(kind)}</strong> {summary}{' '}
              <span className="soft mono">{subject}</span>
            </UnstyledButton>
            <Badge {...(status === 'OPEN' ? CASE_STATE_WORDS.OPEN : CASE_STATE_WORDS.RESOLVED)} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
