import { topicsOf, type Topic } from './topics.ts';

/** What a row of the audit log says to those who watch: never its details, nor who did it. */
export interface NewsRow {
  action: string;
  batchId: string | null;
  paymentId: string | null;
}

/** Something that screens may want to read anew. */
export interface LiveEvent {
  topic: Topic;
  /** The batch that all of it is about, where it is one. */
  batchId?: string;
  /** The payment that all of it is about, where it is one. */
  paymentId?: string;
  /** The newest of the actions. */
  action: string;
}

/**
 * Puts rows together, oldest first: one event for each topic and batch, or for each payment that names
 * no batch, however many rows there are. What a payment's batch says of itself covers the payment.
 */
export function groupNews(rows: readonly NewsRow[]): LiveEvent[] {
  const events = new Map<string, LiveEvent>();
  for (const { action, batchId, paymentId } of rows) {
    for (const topic of topicsOf(action)) {
      const key = `${topic} ${batchId ?? paymentId ?? ''}`;
      const before = events.get(key);
      const samePayment = paymentId !== null && (!before || before.paymentId === paymentId);
      // Written again at the end, so that events stand in the order of their newest rows.
      events.delete(key);
      events.set(key, {
        topic,
        ...(batchId !== null && { batchId }),
        ...(samePayment && { paymentId }),
        action,
      });
    }
  }
  return [...events.values()];
}
