import { Button, Group, Modal, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { useReturnFocus } from '../../lib/return-focus.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { alertsApi, type Alert } from './api.ts';

/** Says that the person sees to an alert, and what they know of it. */
export function AcknowledgeDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  useReturnFocus();
  const [note, setNote] = useState('');
  const queries = useQueryClient();
  const say = useMutation({
    mutationFn: () =>
      answerOf(
        alertsApi[':id'].acknowledge.$post({
          param: { id: alert.id },
          json: note.trim() === '' ? {} : { note: note.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      notifications.show({ message: `Yours to see to: ${alert.rule}` });
      await queries.invalidateQueries({ queryKey: ['alerts'] });
    },
  });
  return (
    <Modal opened onClose={onClose} title="Acknowledge this alert">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          say.mutate();
        }}
        style={{ display: 'flex', flexDirection: 'column', gap: 12 }}
      >
        <p style={{ margin: 0 }}>
          {alert.summary} Nobody is told again while it lasts; it ends by itself once it is fine.
        </p>
        <Textarea
          label="Note"
          data-autofocus
          maxLength={2_000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {say.error && <ErrorPanel error={say.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={say.isPending}>
            Acknowledge
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
