import { Button, Group, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { PROVIDER_NAMES, providerLabel } from '../../lib/words.ts';
import { useReturnFocus } from '../../lib/return-focus.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import classes from './alerts.module.css';
import { rulesApi, type AlertRule } from './api.ts';
import { formOf, readForm, type RuleForm } from './rule-form.ts';
import { SEVERITIES } from './search.ts';
import { MEASURE_WORDS, MEASURES, THRESHOLD_LABELS } from './words.ts';

/** Makes a rule, or changes one; what it watches, and where, stays as it was made. */
export function RuleDialog({ rule, onClose }: { rule: AlertRule | null; onClose: () => void }) {
  useReturnFocus();
  const [form, setForm] = useState(() => formOf(rule));
  const [once] = useState(idempotencyKey);
  const queries = useQueryClient();
  const content = readForm(form);
  const save = useMutation({
    mutationFn: async (): Promise<unknown> => {
      if (content === null) return null;
      if (rule === null) return answerOf(rulesApi.$post({ json: content }, once));
      const { measure: _m, provider: _p, currency: _c, ...changed } = content;
      return answerOf(rulesApi[':id'].$patch({ param: { id: rule.id }, json: changed }));
    },
    onSuccess: async () => {
      onClose();
      notifications.show({ message: `Saved: ${form.name}. It is looked at within a minute.` });
      await queries.invalidateQueries({ queryKey: ['alerts'] });
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={rule === null ? 'New alert rule' : `Change “${rule.name}”`}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (content !== null) save.mutate();
        }}
        style={{ display: 'flex', flexDirection: 'column', gap: 12 }}
      >
        <Fields
          form={form}
          isNew={rule === null}
          onChange={(changed) => setForm((before) => ({ ...before, ...changed }))}
        />
        {save.error && <ErrorPanel error={save.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={save.isPending} disabled={content === null}>
            Save
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function Fields({
  form,
  isNew,
  onChange,
}: {
  form: RuleForm;
  isNew: boolean;
  onChange: (changed: Partial<RuleForm>) => void;
}) {
  const { about, unit } = MEASURE_WORDS[form.measure];
  const field = (name: keyof RuleForm) => ({
    value: form[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      onChange({ [name]: event.currentTarget.value }),
  });
  return (
    <div className={classes['form']}>
      <TextInput label="Name" data-autofocus maxLength={200} {...field('name')} />
      <NativeSelect
        label="Watches"
        disabled={!isNew}
        data={MEASURES.map((value) => ({ value, label: MEASURE_WORDS[value].label }))}
        {...field('measure')}
      />
      {about !== 'whole' && (
        <NativeSelect
          label="Provider"
          disabled={!isNew}
          data={[
            { value: '', label: 'Each of them' },
            ...PROVIDER_NAMES.map((value) => ({ value, label: providerLabel(value) })),
          ]}
          {...field('provider')}
        />
      )}
      {about === 'balance' && (
        <TextInput label="Currency" maxLength={3} disabled={!isNew} {...field('currency')} />
      )}
      <TextInput label={THRESHOLD_LABELS[unit]} inputMode="decimal" {...field('threshold')} />
      <TextInput label="Looks back, minutes" inputMode="numeric" {...field('windowMinutes')} />
      <TextInput
        label="Fires once it held so many minutes"
        inputMode="numeric"
        {...field('forMinutes')}
      />
      <NativeSelect label="Severity" data={[...SEVERITIES]} {...field('severity')} />
      <TextInput
        label="Tells again after minutes"
        placeholder="never"
        inputMode="numeric"
        {...field('repeatMinutes')}
      />
      <Textarea
        className={classes['wide']}
        label="Tells, one a line"
        description="log, mail:ops@example.com, or endpoint: with the id of a webhook endpoint. Nobody where empty."
        {...field('channels')}
      />
    </div>
  );
}
