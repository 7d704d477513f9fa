import { Button, CopyButton, Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useReturnFocus } from '../../lib/return-focus.ts';
import { Note } from '../../ui/note.tsx';
import classes from './security.module.css';

/** Shows something that is shown once. It is closed by saying so alone, not by a click beside it. */
export function SecretDialog({
  title,
  secret,
  children,
  onClose,
}: {
  title: string;
  /** What is copied. */
  secret: string;
  /** What it is for, and how it is shown where it is more than a line. */
  children: ReactNode;
  onClose: () => void;
}) {
  useReturnFocus();
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <div className={classes['stack']}>
        <Note tone="doubt">
          <p>This is shown once. Keep it now where only its owner reads it.</p>
        </Note>
        {children}
        <Group justify="flex-end">
          <CopyButton value={secret} timeout={2_000}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>I have kept it</Button>
        </Group>
      </div>
    </Modal>
  );
}
