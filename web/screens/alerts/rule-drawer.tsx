import { Button, Drawer, Group, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { useMay, useSession } from '../../lib/may.ts';
import { formatSpan } from '../../lib/time.ts';
import { no } from '../../lib/verdict.ts';
import { actorLabel, providerLabel } from '../../lib/words.ts';
import { useReturnFocus } from '../../lib/return-focus.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { Age, Time } from '../../ui/time.tsx';
import classes from './alerts.module.css';
import { rulesApi, type AlertRule } from './api.ts';
import { RuleDialog } from './rule-dialog.tsx';
import { MEASURE_WORDS, ruleText, SEVERITY_TONES } from './words.ts';
import { severityIcon } from './severity-icon.ts';

/** One rule: when it fires, whom it tells, and what may be done about it. */
export function RuleDrawer({
  rule,
  onClose,
  onAlert,
}: {
  rule: AlertRule | null;
  onClose: () => void;
  /** A test was sent; this is the alert that it stands under. */
  onAlert: (alertId: string) => void;
}) {
  return (
    <Drawer
      opened={rule !== null}
      onClose={onClose}
      size={620}
      title="Alert rule"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {rule && <Story rule={rule} onClose={onClose} onAlert={onAlert} />}
    </Drawer>
  );
}

function Story({
  rule,
  onClose,
  onAlert,
}: {
  rule: AlertRule;
  onClose: () => void;
  onAlert: (alertId: string) => void;
}) {
  const { actor } = useSession();
  return (
    <div className={classes['story']}>
      <div className={classes['top']}>
        <Badge label={rule.enabled ? 'On' : 'Off'} tone={rule.enabled ? 'good' : 'off'} />
        <Badge
          label={rule.severity}
          tone={SEVERITY_TONES[rule.severity]}
          icon={severityIcon(rule.severity)}
        />
        <strong>{rule.name}</strong>
      </div>
      <RuleActions rule={rule} onClose={onClose} onAlert={onAlert} />
      <Facts
        facts={{
          Watches: MEASURE_WORDS[rule.measure].label,
          Fires: ruleText(rule),
          Provider:
            MEASURE_WORDS[rule.measure].about === 'whole'
              ? null
              : rule.provider === null
                ? 'each of them'
                : providerLabel(rule.provider),
          Currency: rule.currency,
          Tells: rule.channels.length === 0 ? 'nobody' : rule.channels.join(', '),
          'Tells again':
            rule.repeatMinutes === null
              ? 'never'
              : `each ${formatSpan(rule.repeatMinutes * 60)} until acknowledged`,
          'Looked at': rule.lookedAt && <Age at={rule.lookedAt} />,
          'Changed last by': actorLabel(rule.updatedBy, actor),
          Changed: <Time at={rule.updatedAt} />,
          Rule: <CopyId id={rule.id} label="rule id" />,
        }}
      />
    </div>
  );
}

function RuleActions({
  rule,
  onClose,
  onAlert,
}: {
  rule: AlertRule;
  onClose: () => void;
  onAlert: (alertId: string) => void;
}) {
  const verdict = useMay()('settings');
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ['alerts'] });
  const param = { id: rule.id };
  const turn = useMutation({
    mutationFn: () => answerOf(rulesApi[':id'].$patch({ param, json: { enabled: !rule.enabled } })),
    onSuccess: refresh,
  });
  const test = useMutation({
    mutationFn: () => answerOf(rulesApi[':id'].test.$post({ param, json: {} }, idempotencyKey())),
    onSuccess: ({ alertId }) => onAlert(alertId),
  });
  const error = turn.error ?? test.error;
  return (
    <>
      <div className={classes['actions']}>
        <ActButton verdict={verdict} onClick={() => setDialog('edit')}>
          Change
        </ActButton>
        <ActButton
          variant="default"
          verdict={verdict}
          loading={turn.isPending}
          onClick={() => turn.mutate()}
        >
          {rule.enabled ? 'Switch off' : 'Switch on'}
        </ActButton>
        <ActButton
          variant="default"
          verdict={rule.channels.length === 0 ? no('It tells nobody; name a channel.') : verdict}
          loading={test.isPending}
          onClick={() => test.mutate()}
        >
          Send a test
        </ActButton>
        <ActButton variant="default" verdict={verdict} onClick={() => setDialog('delete')}>
          Delete
        </ActButton>
      </div>
      {error && <ErrorPanel error={error} />}
      {dialog === 'edit' && <RuleDialog rule={rule} onClose={() => setDialog(null)} />}
      {dialog === 'delete' && (
        <DeleteRuleDialog
          rule={rule}
          onClose={() => setDialog(null)}
          onDone={() => {
            onClose();
            void refresh();
          }}
        />
      )}
    </>
  );
}

function DeleteRuleDialog({
  rule,
  onClose,
  onDone,
}: {
  rule: AlertRule;
  onClose: () => void;
  onDone: () => void;
}) {
  useReturnFocus();
  const remove = useMutation({
    mutationFn: () => answerOf(rulesApi[':id'].$delete({ param: { id: rule.id } })),
    onSuccess: () => {
      notifications.show({ message: `Deleted: ${rule.name}` });
      onDone();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Delete “${rule.name}”`}>
      <p style={{ margin: '0 0 12px' }}>
        Nothing is watched by it any more. What it found stays, and is over. To have it back later,
        switch it off instead.
      </p>
      {remove.error && <ErrorPanel error={remove.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Not now
        </Button>
        <Button loading={remove.isPending} onClick={() => remove.mutate()}>
          Delete
        </Button>
      </Group>
    </Modal>
  );
}
