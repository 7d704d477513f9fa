import { Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { useRefreshRecipient } from './use-refresh-recipient.ts';

/** Asks for the reason of something and carries it out; all that is shown of the recipient is asked for again. */
export function ReasonDialog({
  title,
  label,
  done,
  act,
  onClose,
  reasonMax = 500,
  ready = true,
  children,
}: {
  title: string;
  label: string;
  /** Said once it is done. */
  done: string;
  act: (reason: string) => Promise<unknown>;
  onClose: () => void;
  reasonMax?: number;
  ready?: boolean;
  children?: ReactNode;
}) {
  const [reason, setReason] = useState('');
  const refresh = useRefreshRecipient();
  return (
    <AskDialog
      title={title}
      label={label}
      ready={ready && reason.trim() !== ''}
      act={() => act(reason.trim())}
      onDone={async () => {
        onClose();
        notifications.show({ message: done });
        await refresh();
      }}
      onClose={onClose}
    >
      {children}
      <Textarea
        label="Reason"
        description="It stands in the audit log"
        required
        withAsterisk={false}
        data-autofocus
        maxLength={reasonMax}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </AskDialog>
  );
}
