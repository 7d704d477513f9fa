import { Button, Group, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import { answerOf, type AnswerOf } from '../../lib/api.ts';
import { providerLabel } from '../../lib/words.ts';
import { useReturnFocus } from '../../lib/return-focus.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { Facts } from '../../ui/facts.tsx';
import { accountApi } from './api.ts';
import { providerOf } from './decide-dialog.tsx';
import type { Account } from './queries.ts';

const REASON_MAX = 500;

type Revealed = AnswerOf<(typeof accountApi)[':provider']['accounts'][':id']['reveal']['$post']>;

/** Shows the details of an account as they are. They are kept nowhere, and gone with the dialog. */
export function RevealDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  useReturnFocus();
  const [reason, setReason] = useState('');
  const [revealed, setRevealed] = useState<Revealed | null>(null);
  const title = `Reveal: ${providerLabel(account.provider)} account`;
  if (revealed) {
    const { accountRef, details } = revealed;
    return (
      <Modal opened onClose={onClose} title={title}>
        <Facts
          facts={{
            Reference: <span className="mono">{accountRef}</span>,
            ...Object.fromEntries(
              Object.entries(details ?? {}).map(([name, value]) => [
                name,
                <span key={name} className="mono">
                  {typeof value === 'object' ? JSON.stringify(value) : String(value)}
                </span>,
              ]),
            ),
          }}
        />
        <Group justify="flex-end" mt="md">
          <Button onClick={onClose}>Hide again</Button>
        </Group>
      </Modal>
    );
  }
  return (
    <AskDialog
      title={title}
      label="Reveal"
      ready={reason.trim() !== ''}
      act={() =>
        answerOf(
          accountApi[':provider'].accounts[':id'].reveal.$post({
            param: { provider: providerOf(account), id: account.id },
            json: { reason: reason.trim() },
          }),
        )
      }
      onDone={setRevealed}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>Who looked and why is written down before anything is shown.</p>
      <Textarea
        label="Reason"
        required
        withAsterisk={false}
        data-autofocus
        maxLength={REASON_MAX}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </AskDialog>
  );
}
