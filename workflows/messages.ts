import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { BatchState } from '../domain/batch.ts';

/** Who asks for something, and why. `actor` is the id of a key or a user. */
export interface Command {
  actor: string;
  reason: string;
}

/** Which failed payments to try again; all that can be, where no ids are given. At most 1,000 ids. */
export interface RetryCommand {
  actor: string;
  paymentIds?: string[];
}

/** What `progress` answers: counts only, as of the workflow's last step. */
export interface BatchProgress {
  batchId: string;
  status: BatchState;
  paused: boolean;
  payments: number;
  handedOver: number;
  inDoubt: number;
  slicesDone: number;
  slicesTotal: number;
}

/** Stop what is unsent; what was sent finishes. */
export const cancelSignal = defineSignal<[Command]>('cancel');
/** Give failed payments a new generation. */
export const retryFailedSignal = defineSignal<[RetryCommand]>('retryFailed');
/** Stop after the calls under way and give the slot back. */
export const pauseSignal = defineSignal<[Command]>('pause');
/** Go on, from the head of the queue. */
export const resumeSignal = defineSignal<[Command]>('resume');
/** The slot was freed and this batch is next. */
export const slotFreeSignal = defineSignal('slotFree');
/** The last open payment of this batch settled. */
export const settledSignal = defineSignal('settled');
/** Something that this batch waited for before it may run has come: an approval, an earlier time. */
export const clearedSignal = defineSignal('cleared');
/** Events of a provider are stored that only its own read can confirm. */
export const eventsWaitingSignal = defineSignal('eventsWaiting');
/** Events are due to an endpoint. */
export const eventsDueSignal = defineSignal('eventsDue');
/** A reconciliation of this provider's day was asked for. */
export const reconcileAskedSignal = defineSignal('reconcileAsked');

/** Conversions wait to be calculated, up to that instant (ISO 8601); null: up to now. */
export interface ConversionsWaiting {
  asOf: string | null;
}
export const conversionsWaitingSignal = defineSignal<[ConversionsWaiting]>('conversionsWaiting');

export const progressQuery = defineQuery<BatchProgress>('progress');
