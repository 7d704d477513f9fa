import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay, useSession } from '../../lib/may.ts';
import { no } from '../../lib/verdict.ts';
import { actorLabel } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Note } from '../../ui/note.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Age, Time } from '../../ui/time.tsx';
import { AcknowledgeDialog } from './acknowledge-dialog.tsx';
import classes from './alerts.module.css';
import type { Alert, Notice } from './api.ts';
import { alertQuery } from './queries.ts';
import { severityIcon } from './severity-icon.ts';
import {
  MEASURE_WORDS,
  NOTICE_STATES,
  NOTICE_TONES,
  NOTICE_WORDS,
  SEVERITY_TONES,
  valueText,
} from './words.ts';

/** One alert: what is wrong, what to do, who sees to it and whom it was told. */
export function AlertDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      size={620}
      title="Alert"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {id !== undefined && <Known id={id} />}
    </Drawer>
  );
}

function Known({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(alertQuery(id));
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <TableSkeleton />;
  return <Story alert={data.alert} notices={data.notices} />;
}

function Story({ alert, notices }: { alert: Alert; notices: readonly Notice[] }) {
  const { actor } = useSession();
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const isTest = notices.some(({ word }) => word === 'test');
  const fires = alert.status === 'FIRING';
  const currency = alert.subject.split('/')[1] ?? null;
  const value = (of: number) => valueText(alert.measure, of, currency);
  return (
    <div className={classes['story']}>
      <div className={classes['top']}>
        <Badge
          label={alert.severity}
          tone={SEVERITY_TONES[alert.severity]}
          icon={severityIcon(alert.severity)}
        />
        <strong>{alert.rule}</strong>
        <span className="soft">
          {isTest
            ? 'a test'
            : fires
              ? 'fires'
              : alert.status === 'PENDING'
                ? 'may fire soon'
                : 'over'}
        </span>
      </div>
      <Note tone={fires && !isTest ? 'doubt' : 'plain'}>
        <p>{alert.summary}</p>
        {!isTest && <p>{MEASURE_WORDS[alert.measure].remedy}</p>}
      </Note>
      {fires && (
        <div className={classes['actions']}>
          <ActButton
            verdict={alert.acknowledgedAt === null ? may('reconcile') : no('Somebody sees to it.')}
            onClick={() => setAsking(true)}
          >
            Acknowledge
          </ActButton>
        </div>
      )}
      <Facts
        facts={{
          Watches: MEASURE_WORDS[alert.measure].label,
          About: alert.subject === '' ? 'all' : alert.subject,
          Value: isTest ? null : value(alert.value),
          Threshold: isTest ? null : value(alert.threshold),
          Since: <Time at={alert.since} />,
          Fired: alert.firedAt && <Time at={alert.firedAt} />,
          'Read last': <Age at={alert.seenAt} />,
          Over: alert.resolvedAt && <Time at={alert.resolvedAt} />,
          'Seen to by': alert.acknowledgedBy && actorLabel(alert.acknowledgedBy, actor),
          'Seen to since': alert.acknowledgedAt && <Time at={alert.acknowledgedAt} />,
          Note: alert.note,
          Alert: <CopyId id={alert.id} label="alert id" />,
        }}
      />
      <Section title="Whom it was told">
        {notices.length === 0 ? (
          <p className="soft" style={{ margin: 0, padding: '8px 12px' }}>
            Nobody: its rule names no channel.
          </p>
        ) : (
          <Notices notices={notices} />
        )}
      </Section>
      {asking && <AcknowledgeDialog alert={alert} onClose={() => setAsking(false)} />}
    </div>
  );
}

function Notices({ notices }: { notices: readonly Notice[] }) {
  return (
    <ol className={classes['notices']}>
      {notices.map(({ id, channel, word, status, error, createdAt }) => (
        <li key={id}>
          <Time at={createdAt} />
          <span>
            <span className="mono">{channel}</span>{' '}
            <span className="soft">
              {NOTICE_WORDS[word]}
              {error !== null && `: ${error}`}
            </span>
          </span>
          <Badge label={NOTICE_STATES[status]} tone={NOTICE_TONES[status]} />
        </li>
      ))}
    </ol>
  );
}
