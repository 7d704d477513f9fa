import { Button, Group, Modal, NativeSelect, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { PAYMENT_STATES, PAYMENT_WORDS, PROVIDER_NAMES, providerLabel } from '../../lib/words.ts';
import { useReturnFocus } from '../../lib/return-focus.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Choice } from '../../ui/filters.tsx';
import { exportsApi } from './api.ts';
import { exportsQuery } from './queries.ts';
import { KINDS, orderOf, takes, type Order } from './order.ts';
import { kindLabel } from './words.ts';
import classes from './exports.module.css';

/** Orders a file of rows. What was chosen for the report is proposed. */
export function OrderDialog({
  proposed,
  onClose,
  onOrdered,
}: {
  proposed: Order;
  onClose: () => void;
  onOrdered: () => void;
}) {
  useReturnFocus();
  const [order, setOrder] = useState(proposed);
  const [once] = useState(idempotencyKey);
  const queries = useQueryClient();
  const send = useMutation({
    mutationFn: () => answerOf(exportsApi.$post({ json: orderOf(order) }, once)),
    onSuccess: async () => {
      onClose();
      notifications.show({ message: `Ordered: ${kindLabel(order.kind).toLowerCase()}` });
      onOrdered();
      await queries.invalidateQueries({ queryKey: exportsQuery.queryKey });
    },
  });
  const change = (changed: Partial<Order>) => setOrder({ ...order, ...changed });
  return (
    <Modal opened onClose={onClose} title="Order a file" size="lg">
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate();
        }}
      >
        <Fields order={order} change={change} />
        <p className="soft" style={{ margin: 0 }}>
          Rows that are there when it is ordered, however many. The file is kept for seven days;
          that it was ordered and fetched stands in the audit log.
        </p>
        {send.error && <ErrorPanel error={send.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={send.isPending}>
            Order
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function Fields({ order, change }: { order: Order; change: (changed: Partial<Order>) => void }) {
  const line = (field: 'currency' | 'payee', label: string, placeholder: string) => (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={order[field] ?? ''}
      onChange={(event) => change({ [field]: event.currentTarget.value.trim() || undefined })}
    />
  );
  const day = (field: 'from' | 'last', label: string) => (
    <TextInput
      type="date"
      label={label}
      value={order[field] ?? ''}
      onChange={(event) => change({ [field]: event.currentTarget.value || undefined })}
    />
  );
  return (
    <div className={classes['fields']}>
      <NativeSelect
        label="Rows of"
        data-autofocus
        value={order.kind}
        data={KINDS.map((kind) => ({ value: kind, label: kindLabel(kind) }))}
        onChange={(event) => {
          const kind = KINDS.find((each) => each === event.currentTarget.value);
          if (kind) change({ kind });
        }}
      />
      <NativeSelect
        label="Format"
        value={order.format}
        data={[
          { value: 'csv', label: 'CSV' },
          { value: 'jsonl', label: 'JSON, a line for each row' },
        ]}
        onChange={(event) =>
          change({ format: event.currentTarget.value === 'csv' ? 'csv' : 'jsonl' })
        }
      />
      {day('from', `From (${order.zone})`)}
      {day('last', 'To, included')}
      {line('currency', 'Currency', 'All')}
      {takes(order.kind, 'provider') && (
        <Choice
          label="Provider"
          value={order.provider}
          values={PROVIDER_NAMES}
          labelOf={providerLabel}
          onChange={(provider) => change({ provider })}
        />
      )}
      {takes(order.kind, 'status') && (
        <Choice
          label="State now"
          value={order.status}
          values={PAYMENT_STATES}
          labelOf={(state) => PAYMENT_WORDS[state].label}
          onChange={(status) => change({ status })}
        />
      )}
      {line('payee', 'Affiliate', 'aff_…')}
    </div>
  );
}
