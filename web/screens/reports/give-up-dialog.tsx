import { Button, Group, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf } from '../../lib/api.ts';
import { useReturnFocus } from '../../lib/return-focus.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { exportsApi } from './api.ts';
import { exportsQuery, type Export } from './queries.ts';
import { kindLabel } from './words.ts';
import classes from './exports.module.css';

/** Stops the making of a file, or deletes one that is there. */
export function GiveUpDialog({ file, onClose }: { file: Export; onClose: () => void }) {
  useReturnFocus();
  const queries = useQueryClient();
  const made = file.status === 'DONE';
  const verb = made ? 'Delete' : 'Stop';
  const drop = useMutation({
    mutationFn: () => answerOf(exportsApi[':id'].$delete({ param: { id: file.id } })),
    onSuccess: async () => {
      onClose();
      notifications.show({ message: made ? 'The file is gone' : 'Stopped' });
      await queries.invalidateQueries({ queryKey: exportsQuery.queryKey });
    },
  });
  return (
    <Modal opened onClose={onClose} title={`${verb} ${kindLabel(file.kind).toLowerCase()} file`}>
      <div className={classes['form']}>
        <p style={{ margin: 0 }}>
          {made
            ? 'It cannot be fetched any more. That it was ordered, by whom and its hash stay in the list.'
            : 'What is made of it is thrown away. It can be ordered again.'}
        </p>
        {drop.error && <ErrorPanel error={drop.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button loading={drop.isPending} onClick={() => drop.mutate()}>
            {verb}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
