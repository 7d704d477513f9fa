import { useState } from 'react';
import { useMay, useSession } from '../../lib/may.ts';
import type { BatchDetail } from '../../lib/queries.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { ActionDialog } from './action-dialog.tsx';
import { judgeBatch, primaryAction, type BatchAction } from './verdicts.ts';

export const ACTION_LABELS: Readonly<Record<BatchAction, string>> = {
  approve: 'Approve',
  reject: 'Reject',
  execute: 'Execute',
  pause: 'Pause',
  resume: 'Resume',
  retry: 'Retry failed',
  cancel: 'Cancel',
  remove: 'Take back',
};

/** Actions that are never allowed in this state would only be noise; those that are not for you stay. */
const SHOWN: Readonly<Record<BatchDetail['status'], readonly BatchAction[]>> = {
  PENDING: ['approve', 'reject', 'execute', 'cancel', 'remove'],
  QUEUED: ['pause', 'resume', 'cancel', 'remove'],
  PROCESSING: ['pause', 'resume', 'retry', 'cancel'],
  SETTLING: ['retry', 'cancel'],
  COMPLETED: ['retry', 'cancel'],
  FAILED: ['retry', 'cancel'],
  CANCELLED: [],
};

/** What may be done with a batch. One button is the likely next step; the others are quieter. */
export function BatchActions({ batch }: { batch: BatchDetail }) {
  const [open, setOpen] = useState<BatchAction | null>(null);
  const verdicts = judgeBatch(batch, useSession(), useMay());
  const first = primaryAction(batch);
  const paused = batch.pausedReason !== null;
  const shown = SHOWN[batch.status].filter(
    (action) =>
      (action !== 'resume' || paused) &&
      (action !== 'pause' || !paused) &&
      (!['approve', 'reject'].includes(action) || batch.approvals.required > 0),
  );
  return (
    <>
      {shown.map((action) => (
        <ActButton
          key={action}
          verdict={verdicts[action]}
          variant={action === first ? 'filled' : 'default'}
          onClick={() => setOpen(action)}
        >
          {ACTION_LABELS[action]}
        </ActButton>
      ))}
      {open && (
        <ActionDialog
          key={open}
          action={open}
          label={ACTION_LABELS[open]}
          batch={batch}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}
