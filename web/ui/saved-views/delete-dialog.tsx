import { Button, Group, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf } from '../../lib/api.ts';
import { useReturnFocus } from '../../lib/return-focus.ts';
import { ErrorPanel } from '../error-panel.tsx';
import { viewsApi, type SavedView } from './api.ts';

/** Deletes a view of one's own; the filters on the screen stay as they are. */
export function DeleteViewDialog({
  view,
  onClose,
  onDone,
}: {
  view: SavedView;
  onClose: () => void;
  onDone: () => void;
}) {
  useReturnFocus();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => answerOf(viewsApi[':id'].$delete({ param: { id: view.id } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['saved-views'] });
      notifications.show({ message: `Deleted: ${view.name}` });
      onDone();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Delete “${view.name}”`}>
      <p style={{ margin: '0 0 12px' }}>
        {view.shared ? 'Nobody will find it any more. ' : ''}The filters on the screen stay as they
        are.
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
