import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { WORKFLOW_EVENTS_MAX } from '../domain/limits.ts';
import { lookupsAt } from './activities.ts';
import { eventsWaitingSignal } from './messages.ts';

export interface ConfirmEventsInput {
  provider: string;
  /** When the last look began, by the database's clock; absent before the first. */
  since?: string;
}

/**
 * Reads from a provider what its events only hinted at: at once when some have come, and those that it
 * does not confirm after waits of one second doubling to an hour. Ends when none waits. Changes no
 * payment by an event's word alone.
 */
export async function confirmEvents({ provider, since }: ConfirmEventsInput): Promise<void> {
  let news = 0;
  setHandler(eventsWaitingSignal, () => void (news += 1));
  const { confirmEvents: confirm } = lookupsAt(provider);
  let lookedAt = since;
  for (;;) {
    const seen = news;
    const { left, nextMs, at } = await confirm({
      provider,
      ...(lookedAt !== undefined && { since: lookedAt }),
    });
    lookedAt = at;
    if (news === seen) {
      if (left === 0) return;
      await condition(() => news > seen, nextMs);
    }
    if (workflowInfo().historyLength >= WORKFLOW_EVENTS_MAX) {
      await continueAsNew<typeof confirmEvents>({ provider, since: at });
    }
  }
}
