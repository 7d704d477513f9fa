import { NativeSelect } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { useMay } from '../../lib/may.ts';
import { allOf, no, YES } from '../../lib/verdict.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { endpointApi, type Endpoint } from './api.ts';
import { EndpointDialog } from './endpoint-dialog.tsx';
import { endpointsQuery } from './queries.ts';
import { ReplayDialog } from './replay-dialog.tsx';
import classes from './webhooks.module.css';

type Action = 'test' | 'replay' | 'edit' | 'rotate' | 'switch' | 'remove';

interface Props {
  endpoint: Endpoint;
  onSecret: (secret: string) => void;
  onGone: () => void;
}

/** What may be done with an endpoint. */
export function EndpointActions({ endpoint, onSecret, onGone }: Props) {
  const verdict = useMay()('settings');
  const [open, setOpen] = useState<Action | null>(null);
  const enabled = endpoint.status === 'ENABLED';
  const onOne = allOf(verdict, enabled ? YES : no('It is disabled; enable it first.'));
  const button = (action: Action, label: string, allowed = verdict) => (
    <ActButton verdict={allowed} variant="default" onClick={() => setOpen(action)}>
      {label}
    </ActButton>
  );
  return (
    <div className={`${classes['actions']} no-print`}>
      {button('test', 'Send a test', onOne)}
      {button('replay', 'Replay')}
      {button('edit', 'Change')}
      {button('rotate', 'New secret')}
      {button('switch', enabled ? 'Disable' : 'Enable')}
      {button('remove', 'Remove')}
      <OpenDialog
        key={open}
        open={open}
        endpoint={endpoint}
        onSecret={onSecret}
        onGone={onGone}
        onClose={() => setOpen(null)}
      />
    </div>
  );
}

function OpenDialog({
  open,
  endpoint,
  onSecret,
  onGone,
  onClose,
}: Props & { open: Action | null; onClose: () => void }) {
  switch (open) {
    case null:
      return null;
    case 'edit':
      return <EndpointDialog endpoint={endpoint} onClose={onClose} onDone={onClose} />;
    case 'replay':
      return <ReplayDialog endpointId={endpoint.id} onClose={onClose} />;
    case 'rotate':
      return <RotateDialog endpoint={endpoint} onSecret={onSecret} onClose={onClose} />;
    case 'test':
    case 'switch':
    case 'remove':
      return <PlainDialog action={open} endpoint={endpoint} onGone={onGone} onClose={onClose} />;
  }
}

/** What the plain actions say, do and have done. */
const plainActions = (endpoint: Endpoint) => {
  const param = { id: endpoint.id };
  const enabled = endpoint.status === 'ENABLED';
  const one = endpointApi[':id'];
  return {
    test: {
      title: 'Send a test event',
      label: 'Send',
      text: 'The event payout.test goes to this endpoint alone; look at its deliveries.',
      done: 'The test event is on its way',
      act: (): Promise<unknown> => answerOf(one.test.$post({ param, json: {} }, idempotencyKey())),
    },
    switch: {
      title: enabled ? 'Disable endpoint' : 'Enable endpoint',
      label: enabled ? 'Disable' : 'Enable',
      text: enabled
        ? 'Nothing more is sent to it or written for it, until it is enabled again.'
        : 'What waits for it is sent at once.',
      done: enabled ? 'Endpoint disabled' : 'Endpoint enabled',
      act: (): Promise<unknown> => answerOf(one.$patch({ param, json: { enabled: !enabled } })),
    },
    remove: {
      title: 'Remove endpoint',
      label: 'Remove',
      text: 'What waits for it is given up. This cannot be undone; disable it to stop it for a while.',
      done: 'Endpoint removed',
      act: (): Promise<unknown> => answerOf(one.$delete({ param })),
    },
  };
};

function PlainDialog({
  action,
  endpoint,
  onGone,
  onClose,
}: {
  action: 'test' | 'switch' | 'remove';
  endpoint: Endpoint;
  onGone: () => void;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  // What was looked at when the dialog opened.
  const [{ title, label, text, done, act }] = useState(() => plainActions(endpoint)[action]);
  return (
    <AskDialog
      title={title}
      label={label}
      act={act}
      onClose={onClose}
      onDone={async () => {
        onClose();
        notifications.show({ message: done });
        if (action === 'remove') {
          onGone();
          // What the API no longer knows must not be asked for again.
          queries.setQueryData(endpointsQuery.queryKey, (known) =>
            known?.filter(({ id }) => id !== endpoint.id),
          );
        }
        await queries.invalidateQueries({
          queryKey: ['webhooks'],
          predicate: ({ queryKey }) => action !== 'remove' || !queryKey.includes(endpoint.id),
        });
      }}
    >
      <p className="mono">{endpoint.url}</p>
      <p>{text}</p>
    </AskDialog>
  );
}

const OVERLAPS = [
  { value: '24', label: 'for a day beside the new one' },
  { value: '168', label: 'for a week beside the new one' },
  { value: '0', label: 'not at all: it may be known to somebody' },
];

function RotateDialog({
  endpoint,
  onSecret,
  onClose,
}: {
  endpoint: Endpoint;
  onSecret: (secret: string) => void;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [overlap, setOverlap] = useState('24');
  return (
    <AskDialog
      title="New secret"
      label="Make a new secret"
      act={() =>
        answerOf(
          endpointApi[':id']['rotate-secret'].$post({
            param: { id: endpoint.id },
            json: { overlapHours: Number(overlap) },
          }),
        )
      }
      onClose={onClose}
      onDone={async ({ secret }) => {
        onClose();
        onSecret(secret);
        await queries.invalidateQueries({ queryKey: ['webhooks', 'endpoints'] });
      }}
    >
      <p>Events are signed with the new secret from now on. It is shown once.</p>
      <NativeSelect
        label="The old one signs on"
        data={OVERLAPS}
        value={overlap}
        onChange={(event) => setOverlap(event.currentTarget.value)}
      />
    </AskDialog>
  );
}
