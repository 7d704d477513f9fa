import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { WORKFLOW_EVENTS_MAX } from '../domain/limits.ts';
import { deliveries } from './activities.ts';
import { eventsDueSignal } from './messages.ts';

export interface DeliverEventsInput {
  endpointId: string;
}

/**
 * Tells an endpoint of what has happened: at once when something is due, and what it did not take when
 * the next try of it is due. Ends when nothing waits. Events stay in Postgres; this knows only whose.
 */
export async function deliverEvents({ endpointId }: DeliverEventsInput): Promise<void> {
  let news = 0;
  setHandler(eventsDueSignal, () => void (news += 1));
  const { deliverEvents: deliver } = deliveries();
  for (;;) {
    const seen = news;
    const { left, nextMs } = await deliver({ endpointId });
    if (news === seen) {
      if (left === 0) return;
      await condition(() => news > seen, nextMs);
    }
    if (workflowInfo().historyLength >= WORKFLOW_EVENTS_MAX) {
      await continueAsNew<typeof deliverEvents>({ endpointId });
    }
  }
}
