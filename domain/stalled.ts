import type { BatchState } from './batch.ts';

/**
 * Why a batch does not move: no worker is there to move it; one is, but nothing was sent or settled for
 * long; or all is sent and the provider says nothing.
 */
export const STALL_REASONS = ['no_worker', 'no_progress', 'provider_silent'] as const;
export type StallReason = (typeof STALL_REASONS)[number];

/** Workers say every five seconds that they are there; one that has not for so long is gone. */
export const WORKER_SILENT_SECONDS = 20;
/** Without a worker nothing will come: a shorter rest is the time between two steps. */
const QUIET_ALONE_SECONDS = 15;
const QUIET_SENDING_SECONDS = 600;
/** After which a payment counts as stuck, too. */
const QUIET_SETTLING_SECONDS = 3_600;

export interface Standing {
  status: BatchState;
  paused: boolean;
  /** Since the batch or a payment of it last changed its state. */
  quietSeconds: number;
  /** Since a worker was last heard of; null where none ever was. */
  workerSilentSeconds: number | null;
}

/** Why a batch that should move does not, worked out of what is there; null where it moves or waits as it should. */
export function stallOf(standing: Standing): StallReason | null {
  const { status, paused, quietSeconds, workerSilentSeconds } = standing;
  if (paused || !MOVING.includes(status)) return null;
  const alone = workerSilentSeconds === null || workerSilentSeconds >= WORKER_SILENT_SECONDS;
  if (alone && quietSeconds >= QUIET_ALONE_SECONDS) return 'no_worker';
  if (status === 'PROCESSING' && quietSeconds >= QUIET_SENDING_SECONDS) return 'no_progress';
  if (status === 'SETTLING' && quietSeconds >= QUIET_SETTLING_SECONDS) return 'provider_silent';
  return null;
}

const MOVING: readonly BatchState[] = ['QUEUED', 'PROCESSING', 'SETTLING'];
