import { Drawer } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { useMay, useSession } from '../../lib/may.ts';
import { formatSpan } from '../../lib/time.ts';
import { actorLabel } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Bar, Section } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { approvalRuleApi } from './api.ts';
import { ApprovalRuleDialog } from './approval-rule-dialog.tsx';
import { conditionLines, stepsText } from './approval-words.ts';
import type { ApprovalRule } from './queries.ts';
import classes from './rules.module.css';

/** One approval rule beside the list: when it asks, for whose words, and what may be changed. */
export function ApprovalRuleDrawer({
  rule,
  baseCurrency,
  onClose,
}: {
  rule: ApprovalRule | undefined;
  baseCurrency: string | undefined;
  onClose: () => void;
}) {
  return (
    <Drawer
      opened={rule !== undefined}
      onClose={onClose}
      size={560}
      title="Approval rule"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {rule && <Known rule={rule} baseCurrency={baseCurrency} onGone={onClose} />}
    </Drawer>
  );
}

type Act = 'switch' | 'change' | 'delete';

function Known({
  rule,
  baseCurrency,
  onGone,
}: {
  rule: ApprovalRule;
  baseCurrency: string | undefined;
  onGone: () => void;
}) {
  const may = useMay();
  const { actor } = useSession();
  const [act, setAct] = useState<Act | null>(null);
  const close = () => setAct(null);
  const lines = conditionLines(rule, baseCurrency);
  const minutes = (value: number | null) => (value === null ? 'never' : formatSpan(value * 60));
  const verdict = may('settings');
  const button = (each: Act, label: string) => (
    <ActButton verdict={verdict} variant="default" onClick={() => setAct(each)}>
      {label}
    </ActButton>
  );
  return (
    <div className={classes['stack']}>
      <strong>{rule.name}</strong>
      <Bar label="Actions">
        {button('change', 'Change')}
        {button('switch', rule.enabled ? 'Switch off' : 'Switch on')}
        {button('delete', 'Delete')}
      </Bar>
      <Section title="When">
        <ul className={classes['lines']}>
          {lines.length === 0 && <li>always</li>}
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Section>
      <Facts
        facts={{
          'Asks for': stepsText(rule),
          'Expires after': minutes(rule.expiresAfterMinutes),
          'Tells others after': minutes(rule.escalateAfterMinutes),
          Rule: <CopyId id={rule.id} label="approval rule id" />,
          'Changed by': actorLabel(rule.updatedBy, actor),
          Changed: <Time at={rule.updatedAt} />,
        }}
      />
      {act === 'change' && <ApprovalRuleDialog rule={rule} onClose={close} />}
      {(act === 'switch' || act === 'delete') && (
        <SimpleDialog act={act} rule={rule} onClose={close} onGone={onGone} />
      )}
    </div>
  );
}

/** Switches a rule on or off, or deletes it. */
function SimpleDialog({
  act,
  rule,
  onClose,
  onGone,
}: {
  act: 'switch' | 'delete';
  rule: ApprovalRule;
  onClose: () => void;
  onGone: () => void;
}) {
  const queries = useQueryClient();
  const one = approvalRuleApi['approval-rules'][':id'];
  const param = { id: rule.id };
  const label = act === 'delete' ? 'Delete it' : rule.enabled ? 'Switch it off' : 'Switch it on';
  const carryOut = (): Promise<unknown> =>
    act === 'delete'
      ? answerOf(one.$delete({ param }))
      : answerOf(one.$patch({ param, json: { enabled: !rule.enabled } }));
  return (
    <AskDialog
      title={rule.name}
      label={label}
      act={carryOut}
      onDone={async () => {
        onClose();
        if (act === 'delete') onGone();
        notifications.show({ message: act === 'delete' ? 'Deleted' : 'Changed' });
        await queries.invalidateQueries({ queryKey: ['approval-rules'] });
      }}
      onClose={onClose}
    >
      <p>
        It holds so for batches that are made or changed from now on; what it asked of others stays
        asked.
      </p>
    </AskDialog>
  );
}
