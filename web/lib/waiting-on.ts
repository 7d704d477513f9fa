import type { Batch } from './queries.ts';
import { count, providerLabel } from './words.ts';

/** Why a batch does not move, and so who has to see to it. */
const STALLED: Readonly<
  Record<NonNullable<Batch['stalled']>['reason'], (batch: Pick<Batch, 'provider'>) => string>
> = {
  no_worker: () => 'A worker to be started',
  no_progress: () => 'Bursar: nothing moved for 10 minutes',
  provider_silent: ({ provider }) => `${providerLabel(provider)}, silent for an hour`,
};

/** Whose move it is with a batch, in a few words. */
export function waitingOn(batch: Batch): string {
  if (batch.pausedReason !== null) return `Paused: ${batch.pausedReason}`;
  if (batch.stalled !== null) return STALLED[batch.stalled.reason](batch);
  switch (batch.status) {
    case 'PENDING':
      return pending(batch);
    case 'QUEUED':
      return 'Its turn';
    case 'PROCESSING':
      return batch.counts.UNKNOWN > 0
        ? `${count(batch.counts.UNKNOWN, 'payment')} in doubt`
        : 'Payments being sent';
    case 'SETTLING':
      return `${providerLabel(batch.provider)} to confirm ${count(batch.counts.PROCESSING + batch.counts.UNKNOWN, 'payment')}`;
    case 'COMPLETED':
    case 'FAILED':
      return batch.counts.FAILED > 0
        ? `Somebody to retry ${count(batch.counts.FAILED, 'payment')}`
        : '—';
    case 'CANCELLED':
      return '—';
  }
}

function pending({ approvals, scheduledFor, undoSecondsLeft }: Batch): string {
  const [lacking] = approvals.lacking;
  if (lacking) return `Approval of ${count(lacking.count, lacking.role.replace('_', ' '))}`;
  if (undoSecondsLeft !== null && undoSecondsLeft > 0) return `Time to undo: ${undoSecondsLeft} s`;
  return scheduledFor === null ? 'Somebody to execute it' : 'Its scheduled time';
}
