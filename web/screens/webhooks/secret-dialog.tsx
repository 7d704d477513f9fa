import { Button, Group, Modal } from '@mantine/core';
import { useReturnFocus } from '../../lib/return-focus.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { Note } from '../../ui/note.tsx';
import classes from './webhooks.module.css';

/** A secret that no other answer shows. It is closed by its button alone, so that it is not lost by a slip. */
export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  useReturnFocus();
  return (
    <Modal
      opened
      onClose={onClose}
      title="The secret of the endpoint"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <div className={classes['story']}>
        <Note tone="doubt">
          <p>It is shown this once. Keep it where your system reads it.</p>
        </Note>
        <div className={classes['secret']}>
          <CopyId id={secret} label="secret" whole />
        </div>
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            I have stored it
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
