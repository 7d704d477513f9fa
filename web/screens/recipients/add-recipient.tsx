import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { useReturnFocus } from '../../lib/return-focus.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { recipientsApi } from './api.ts';

const EMPTY = { fullName: '', email: '', externalId: '', country: '', currency: 'USD' };

const FIELDS: readonly {
  name: keyof typeof EMPTY;
  label: string;
  description?: string;
  type?: string;
  letters?: number;
}[] = [
  { name: 'fullName', label: 'Full name' },
  { name: 'email', label: 'E-mail', type: 'email' },
  { name: 'externalId', label: 'Your id', description: 'By which your systems know them' },
  { name: 'country', label: 'Country', description: 'Two letters, like GB', letters: 2 },
  { name: 'currency', label: 'Currency', description: 'Three letters, like USD', letters: 3 },
];

/** Adds somebody who may be paid, and goes there. */
export function AddRecipient({ onClose }: { onClose: () => void }) {
  useReturnFocus();
  const [once] = useState(idempotencyKey);
  const [given, setGiven] = useState(EMPTY);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const add = useMutation({
    mutationFn: () => answerOf(recipientsApi.affiliates.$post({ json: given }, once)),
    onSuccess: async ({ items }) => {
      onClose();
      await queries.invalidateQueries({ queryKey: ['recipients'] });
      const [made] = items;
      if (made)
        await navigate({ to: '/recipients/$recipientId', params: { recipientId: made.id } });
    },
  });
  return (
    <Modal opened onClose={onClose} title="Add recipient">
      <form
        style={{ display: 'flex', flexDirection: 'column', gap: 12 }}
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        {FIELDS.map(({ name, label, description, type, letters }, place) => (
          <TextInput
            key={name}
            label={label}
            description={description}
            type={type ?? 'text'}
            required
            withAsterisk={false}
            data-autofocus={place === 0 || undefined}
            maxLength={letters ?? 300}
            minLength={letters ?? 1}
            value={given[name]}
            onChange={(event) => {
              const text = event.currentTarget.value;
              setGiven((before) => ({ ...before, [name]: letters ? text.toUpperCase() : text }));
            }}
          />
        ))}
        {add.error && <ErrorPanel error={add.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={add.isPending}>
            Add
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
