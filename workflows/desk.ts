import {
  allHandlersFinished,
  condition,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { BatchView } from '../activities/load-batch.ts';
import { WORKFLOW_EVENTS_MAX } from '../domain/limits.ts';
import { books } from './activities.ts';
import {
  cancelSignal,
  clearedSignal,
  pauseSignal,
  progressQuery,
  resumeSignal,
  retryFailedSignal,
  settledSignal,
  slotFreeSignal,
  type BatchProgress,
  type Command,
} from './messages.ts';
import { batchSearchAttributes, SEARCH_ATTRIBUTES } from './search-attributes.ts';

/** Where commands and news reach a running batch, and where it shows how far it is. */
export interface Desk {
  progress: BatchProgress;
  /** Rises with every command carried out and every piece of news. */
  news: () => number;
  /** Resolves at news after `since`, or with false when `timeoutMs` have passed. */
  newsAfter: (since: number, timeoutMs?: number) => Promise<boolean>;
  show: (batch: BatchView) => void;
  /** True once every command that has come is carried out. */
  quiet: () => Promise<void>;
  mustContinueAsNew: () => boolean;
}

/**
 * Opens the desk of a batch. Commands take effect in Postgres, by an activity, before they count as
 * news: so what the main story reads next is already what the command has made of it.
 */
export function openDesk(batchId: string): Desk {
  const state = { news: 0 };
  const progress: BatchProgress = {
    batchId,
    status: 'PENDING',
    paused: false,
    payments: 0,
    handedOver: 0,
    inDoubt: 0,
    slicesDone: 0,
    slicesTotal: 0,
  };
  const shown = { once: false };
  const tell = () => void (state.news += 1);
  const carryOut =
    (command: (ref: Command & { batchId: string }) => Promise<unknown>) =>
    async (given: Partial<Command> | undefined) => {
      await command({
        batchId,
        actor: given?.actor ?? 'temporal',
        reason: given?.reason ?? 'signalled',
      });
      tell();
    };
  setHandler(cancelSignal, carryOut(books.cancelBatch));
  setHandler(pauseSignal, carryOut(books.pauseBatch));
  setHandler(resumeSignal, carryOut(books.resumeBatch));
  setHandler(
    retryFailedSignal,
    async (given: { actor?: string; paymentIds?: string[] } | undefined) => {
      await books.retryPayments({
        batchId,
        actor: given?.actor ?? 'temporal',
        paymentIds: given?.paymentIds ?? null,
      });
      tell();
    },
  );
  setHandler(slotFreeSignal, tell);
  setHandler(settledSignal, tell);
  setHandler(clearedSignal, tell);
  setHandler(progressQuery, () => progress);
  return {
    progress,
    news: () => state.news,
    newsAfter: async (since, timeoutMs) => {
      if (timeoutMs !== undefined) return condition(() => state.news > since, timeoutMs);
      await condition(() => state.news > since);
      return true;
    },
    show: (batch) => {
      if (!shown.once) upsertSearchAttributes(batchSearchAttributes(batch));
      else if (progress.status !== batch.status) {
        upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.status, value: batch.status }]);
      }
      shown.once = true;
      progress.status = batch.status;
      progress.paused = batch.paused;
      progress.payments = batch.payments;
      progress.handedOver = Math.max(progress.handedOver, batch.payments - batch.unsettled);
      progress.inDoubt = batch.inDoubt;
    },
    quiet: () => condition(allHandlersFinished),
    mustContinueAsNew: () => {
      const { continueAsNewSuggested, historyLength } = workflowInfo();
      return continueAsNewSuggested || historyLength >= WORKFLOW_EVENTS_MAX;
    },
  };
}
