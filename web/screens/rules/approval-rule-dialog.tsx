import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { formatAmount, parseAmount } from '../../lib/currency.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { matrixQuery, policyQuery } from '../security/queries.ts';
import { approvalRuleApi } from './api.ts';
import { roleLabel } from './approval-words.ts';
import type { ApprovalRule } from './queries.ts';
import classes from './rules.module.css';

type Step = ApprovalRule['steps'][number];

interface Draft {
  name: string;
  total: string;
  payment: string;
  newPayee: boolean;
  steps: Step[];
  ordered: boolean;
  expiresHours: string;
}

const draftOf = (rule: ApprovalRule | null, currency: string): Draft => {
  const amount = (minor: number | undefined) =>
    minor === undefined ? '' : formatAmount(minor, currency);
  return {
    name: rule?.name ?? '',
    total: amount(rule?.conditions.totalAtLeastMinor),
    payment: amount(rule?.conditions.paymentAtLeastMinor),
    newPayee: rule?.conditions.newPayee === true,
    steps: rule?.steps ?? [{ role: 'manager', count: 1 }],
    ordered: rule?.ordered ?? false,
    expiresHours:
      typeof rule?.expiresAfterMinutes === 'number' ? String(rule.expiresAfterMinutes / 60) : '',
  };
};

/** What is typed, as the API takes it. Conditions that the form does not show stay as they are. */
function contentOf(draft: Draft, rule: ApprovalRule | null, currency: string) {
  const {
    totalAtLeastMinor: _total,
    paymentAtLeastMinor: _payment,
    newPayee,
    ...others
  } = rule?.conditions ?? {};
  const total = parseAmount(draft.total, currency);
  const payment = parseAmount(draft.payment, currency);
  return {
    name: draft.name.trim(),
    conditions: {
      ...others,
      ...(newPayee === false && { newPayee }),
      ...(draft.newPayee && { newPayee: true }),
      ...(total !== null && { totalAtLeastMinor: total }),
      ...(payment !== null && { paymentAtLeastMinor: payment }),
    },
    steps: draft.steps,
    ordered: draft.ordered,
    expiresAfterMinutes:
      draft.expiresHours.trim() === '' ? null : Math.round(Number(draft.expiresHours) * 60),
  };
}

/** Says which batches need whose approval. Opens once the currency of its amounts is known. */
export function ApprovalRuleDialog({
  rule,
  onClose,
}: {
  rule: ApprovalRule | null;
  onClose: () => void;
}) {
  const { data: policy } = useQuery(policyQuery);
  if (!policy) return null;
  return <Form rule={rule} currency={policy.baseCurrency} onClose={onClose} />;
}

function Form({
  rule,
  currency,
  onClose,
}: {
  rule: ApprovalRule | null;
  currency: string;
  onClose: () => void;
}) {
  const [once] = useState(idempotencyKey);
  const [draft, setDraft] = useState(() => draftOf(rule, currency));
  const queries = useQueryClient();
  const set = (changed: Partial<Draft>) => setDraft({ ...draft, ...changed });
  const readable = (text: string) => text.trim() === '' || parseAmount(text, currency) !== null;
  const rules = approvalRuleApi['approval-rules'];
  return (
    <AskDialog
      title={rule?.name ?? 'New approval rule'}
      label={rule ? 'Change it' : 'Make the rule'}
      ready={
        draft.name.trim() !== '' &&
        readable(draft.total) &&
        readable(draft.payment) &&
        !Number.isNaN(Number(draft.expiresHours))
      }
      act={(): Promise<unknown> => {
        const json = contentOf(draft, rule, currency);
        return rule
          ? answerOf(rules[':id'].$patch({ param: { id: rule.id }, json }))
          : answerOf(rules.$post({ json }, once));
      }}
      onDone={async () => {
        onClose();
        notifications.show({ message: `${rule ? 'Changed' : 'Made'}: ${draft.name.trim()}` });
        await queries.invalidateQueries({ queryKey: ['approval-rules'] });
      }}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        data-autofocus
        maxLength={200}
        value={draft.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <Conditions draft={draft} set={set} currency={currency} />
      <Steps steps={draft.steps} onChange={(steps) => set({ steps })} />
      <Checkbox
        label="One after the other, in this order"
        checked={draft.ordered}
        onChange={(event) => set({ ordered: event.currentTarget.checked })}
      />
      <TextInput
        label="Expires after hours"
        description="Empty: never"
        inputMode="numeric"
        value={draft.expiresHours}
        onChange={(event) => set({ expiresHours: event.currentTarget.value })}
      />
    </AskDialog>
  );
}

function Conditions({
  draft,
  set,
  currency,
}: {
  draft: Draft;
  set: (changed: Partial<Draft>) => void;
  currency: string;
}) {
  return (
    <>
      <div className={classes['pair']}>
        <TextInput
          label={`All of it at least, ${currency}`}
          value={draft.total}
          onChange={(event) => set({ total: event.currentTarget.value })}
        />
        <TextInput
          label={`One payment at least, ${currency}`}
          value={draft.payment}
          onChange={(event) => set({ payment: event.currentTarget.value })}
        />
      </div>
      <Checkbox
        label="Only where somebody is paid for the first time"
        checked={draft.newPayee}
        onChange={(event) => set({ newPayee: event.currentTarget.checked })}
      />
    </>
  );
}

/** Whose words are asked for, by roles that approve at all. */
function Steps({ steps, onChange }: { steps: Step[]; onChange: (steps: Step[]) => void }) {
  const { data: matrix } = useQuery(matrixQuery);
  const roles = matrix?.roles.filter(({ permissions }) => permissions.includes('approve')) ?? [];
  const put = (place: number, changed: Partial<Step>) =>
    onChange(steps.map((step, at) => (at === place ? { ...step, ...changed } : step)));
  return (
    <>
      {steps.map((step, place) => (
        <div key={place} className={classes['pair']}>
          <NativeSelect
            label={place === 0 ? 'Asks for' : 'and for'}
            value={step.role}
            data={roles.map(({ role }) => ({ value: role, label: roleLabel(role) }))}
            onChange={(event) => {
              const chosen = roles.find(({ role }) => role === event.currentTarget.value);
              if (chosen) put(place, { role: chosen.role });
            }}
          />
          <NativeSelect
            label="How many"
            value={String(step.count)}
            data={['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']}
            onChange={(event) => put(place, { count: Number(event.currentTarget.value) })}
          />
        </div>
      ))}
      <div>
        <Button
          variant="default"
          size="compact-xs"
          disabled={steps.length >= 10}
          onClick={() => onChange([...steps, { role: 'manager', count: 1 }])}
        >
          Somebody more
        </Button>{' '}
        {steps.length > 1 && (
          <Button variant="default" size="compact-xs" onClick={() => onChange(steps.slice(0, -1))}>
            One less
          </Button>
        )}
      </div>
    </>
  );
}
