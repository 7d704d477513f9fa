import { Drawer, NativeSelect, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { useMay, useSession } from '../../lib/may.ts';
import { allOf, no, YES } from '../../lib/verdict.ts';
import { actorLabel } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Note } from '../../ui/note.tsx';
import { Bar, Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { riskApi } from './api.ts';
import { riskQuery, type RiskEvent } from './queries.ts';
import { LEVEL_TONES, RESOLUTIONS, riskRuleLabel, type Resolution } from './words.ts';
import classes from './security.module.css';

/** One risk event beside the list: why the rule spoke, what it held, and what is decided about it. */
export function RiskDrawer({
  eventId,
  onClose,
}: {
  eventId: string | undefined;
  onClose: () => void;
}) {
  return (
    <Drawer
      opened={eventId !== undefined}
      onClose={onClose}
      size={620}
      title="Risk event"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {eventId !== undefined && <Asked id={eventId} />}
    </Drawer>
  );
}

function Asked({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(riskQuery(id));
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  return data ? <Known event={data} /> : <TableSkeleton />;
}

function Known({ event }: { event: RiskEvent }) {
  const { actor } = useSession();
  const id = (value: string | null, label: string) =>
    value === null ? null : <CopyId id={value} label={label} />;
  return (
    <div className={classes['stack']}>
      <div>
        <strong>{riskRuleLabel(event.rule)}</strong>{' '}
        <Badge label={event.level} tone={LEVEL_TONES[event.level]} />
      </div>
      <Note tone={event.status === 'OPEN' ? 'doubt' : 'plain'}>
        <p>{event.explanation}</p>
      </Note>
      <Actions event={event} />
      <Facts
        facts={{
          'Done at once': event.action.replaceAll('_', ' '),
          About: <span className="mono">{event.subject}</span>,
          By: event.actor && actorLabel(event.actor, actor),
          Payee: event.payeeId && (
            <Link to="/recipients/$recipientId" params={{ recipientId: event.payeeId }}>
              {event.payeeId}
            </Link>
          ),
          Batch: event.batchId && (
            <Link to="/batches/$batchId" params={{ batchId: event.batchId }}>
              {event.batchId}
            </Link>
          ),
          Payment: id(event.paymentId, 'payment id'),
          Account: id(event.accountId, 'account id'),
          Event: id(event.id, 'risk event id'),
          'Looked after by': event.owner === null ? 'nobody' : actorLabel(event.owner, actor),
          Found: <Time at={event.createdAt} seconds />,
          Decided: event.resolvedAt && <Time at={event.resolvedAt} seconds />,
          'Decided by': event.resolvedBy && actorLabel(event.resolvedBy, actor),
          Decision: event.resolution && RESOLUTIONS[event.resolution],
          Note: event.resolutionReason,
        }}
      />
      <Evidence evidence={event.evidence} />
    </div>
  );
}

function Evidence({ evidence }: { evidence: RiskEvent['evidence'] }) {
  const entries = Object.entries(evidence);
  if (entries.length === 0) return null;
  return (
    <Section title="Its figures">
      <ul className={classes['lines']}>
        {entries.map(([name, value]) => (
          <li key={name}>
            <span className="soft">{name}</span>
            <span className="mono">
              {typeof value === 'string' ? value : JSON.stringify(value)}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Actions({ event }: { event: RiskEvent }) {
  const may = useMay();
  const { actor } = useSession();
  const queries = useQueryClient();
  const [resolving, setResolving] = useState(false);
  const again = () => queries.invalidateQueries({ queryKey: ['risk'] });
  const own = event.owner === actor;
  const assign = useMutation({
    mutationFn: () =>
      answerOf(
        riskApi[':id'].assign.$post({
          param: { id: event.id },
          json: { owner: own ? null : actor },
        }),
      ),
    onSuccess: again,
  });
  const open = event.status === 'OPEN' ? YES : no('It is decided already.');
  return (
    <>
      <Bar label="Actions">
        <ActButton
          verdict={allOf(
            open,
            may('audit'),
            event.actor === actor ? no('It is about you; somebody else decides.') : YES,
          )}
          onClick={() => setResolving(true)}
        >
          Decide
        </ActButton>
        <ActButton
          verdict={allOf(open, may('audit'))}
          variant="default"
          loading={assign.isPending}
          onClick={() => assign.mutate()}
        >
          {own ? 'Leave it to others' : 'Look after it'}
        </ActButton>
      </Bar>
      {assign.error && <ErrorPanel error={assign.error} />}
      {resolving && (
        <ResolveDialog
          event={event}
          onClose={() => setResolving(false)}
          onDone={async () => {
            setResolving(false);
            notifications.show({ message: 'Decided' });
            await again();
          }}
        />
      )}
    </>
  );
}

const RESOLUTION_NAMES = Object.keys(RESOLUTIONS) as readonly Resolution[];

function ResolveDialog({
  event,
  onClose,
  onDone,
}: {
  event: RiskEvent;
  onClose: () => void;
  onDone: () => Promise<void>;
}) {
  const [resolution, setResolution] = useState<Resolution>('false_alarm');
  const [reason, setReason] = useState('');
  return (
    <AskDialog
      title={riskRuleLabel(event.rule)}
      label="Decide"
      ready={reason.trim() !== ''}
      act={() =>
        answerOf(
          riskApi[':id'].resolve.$post({
            param: { id: event.id },
            json: { resolution, reason: reason.trim() },
          }),
        )
      }
      onDone={onDone}
      onClose={onClose}
    >
      <p>{event.explanation}</p>
      <NativeSelect
        label="Decision"
        value={resolution}
        data={RESOLUTION_NAMES.map((each) => ({ value: each, label: RESOLUTIONS[each] }))}
        onChange={(change) => {
          const chosen = change.currentTarget.value;
          setResolution(RESOLUTION_NAMES.find((each) => each === chosen) ?? 'false_alarm');
        }}
      />
      <Textarea
        label="Note"
        required
        withAsterisk={false}
        maxLength={2_000}
        value={reason}
        onChange={(change) => setReason(change.currentTarget.value)}
      />
    </AskDialog>
  );
}
