import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useSession } from '../../lib/may.ts';
import { actorLabel, providerLabel } from '../../lib/words.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { DetailDrawer } from '../../ui/detail-drawer.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Note } from '../../ui/note.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import type { Case } from './api.ts';
import { CaseActions } from './case-actions.tsx';
import { caseQuery } from './queries.ts';
import { CASE_STATE_WORDS, CASE_WORDS, SEVERITY_WORDS } from './words.ts';
import classes from './reconciliation.module.css';

/** One case beside the list. */
export function CaseDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  return (
    <DetailDrawer opened={id !== undefined} onClose={onClose} title="Case">
      {id !== undefined && <Known id={id} />}
    </DetailDrawer>
  );
}

function Known({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(caseQuery(id));
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <TableSkeleton />;
  const open = data.status === 'OPEN';
  const detailed = Object.keys(data.details).length > 0;
  return (
    <div className={classes['story']}>
      <div className={classes['top']}>
        <Badge {...CASE_STATE_WORDS[data.status]} />
        <Badge {...SEVERITY_WORDS[data.severity]} />
        <strong>{CASE_WORDS[data.kind].label}</strong>
      </div>
      <Note tone={open && data.severity === 'critical' ? 'bad' : open ? 'doubt' : 'plain'}>
        <p>{data.summary}</p>
        {open && <p>{CASE_WORDS[data.kind].help}</p>}
      </Note>
      <CaseActions given={data} />
      <CaseFacts given={data} />
      {data.note !== null && (
        <Section title="Note">
          <p className={classes['none']}>{data.note}</p>
        </Section>
      )}
      {data.resolution !== null && (
        <Section title="How it was resolved">
          <p className={classes['none']}>{data.resolution}</p>
        </Section>
      )}
      {detailed && (
        <Section title="Details">
          <pre className={classes['details']} tabIndex={0} aria-label="Details of the case">
            {JSON.stringify(data.details, null, 2)}
          </pre>
        </Section>
      )}
    </div>
  );
}

function CaseFacts({ given }: { given: Case }) {
  const { actor } = useSession();
  return (
    <Facts
      facts={{
        Case: <CopyId id={given.id} label="case id" />,
        About: <span className="mono">{given.subject}</span>,
        Owner: given.owner ?? 'nobody',
        Provider: given.provider && providerLabel(given.provider),
        Batch: given.batchId && (
          <Link
            to="/batches/$batchId"
            params={{ batchId: given.batchId }}
            search={given.paymentId ? { payment: given.paymentId } : {}}
          >
            Open the batch
          </Link>
        ),
        Payment: given.paymentId && <CopyId id={given.paymentId} label="payment id" />,
        Opened: <Time at={given.createdAt} seconds />,
        'Resolved by': given.resolvedBy && actorLabel(given.resolvedBy, actor),
        Resolved: given.resolvedAt && <Time at={given.resolvedAt} seconds />,
      }}
    />
  );
}
