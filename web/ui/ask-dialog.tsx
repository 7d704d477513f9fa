import { Button, Group, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useReturnFocus } from '../lib/return-focus.ts';
import { ErrorPanel } from './error-panel.tsx';
import classes from './ask-dialog.module.css';

/** Says what will happen, asks for what goes with it, and carries it out; a refusal is shown inside. */
export function AskDialog<Answer>({
  title,
  label,
  ready = true,
  act,
  onDone,
  onClose,
  children,
}: {
  title: string;
  /** What the button says that carries it out. */
  label: string;
  /** Whether all is there that it needs. */
  ready?: boolean;
  act: () => Promise<Answer>;
  onDone: (answer: Answer) => Promise<void> | void;
  onClose: () => void;
  children: ReactNode;
}) {
  useReturnFocus();
  const run = useMutation({ mutationFn: act, onSuccess: onDone });
  return (
    <Modal opened onClose={onClose} title={title}>
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !run.isPending) run.mutate();
        }}
      >
        {children}
        {run.error && <ErrorPanel error={run.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={run.isPending} disabled={!ready}>
            {label}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
