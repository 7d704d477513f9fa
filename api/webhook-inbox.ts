import type { Logger } from 'pino';
import type { Db } from '../db/client.ts';
import { applyWebhooks } from '../db/queries/webhooks.ts';
import type { WebhookEvent } from '../providers/port.ts';
import type { Metrics } from './metrics.ts';
import type { TemporalClient } from './temporal.ts';

const EVENTS_PER_STATEMENT_MAX = 200;
const GATHER_MS = 2;
/** Events that may wait in memory; none of them is answered yet, so their sender repeats them. */
const WAITING_MAX = 20_000;

export interface ReceivedEvent {
  event: WebhookEvent;
  /** The body as received, kept as evidence. */
  payload: string;
}

type Applied = Awaited<ReturnType<typeof applyWebhooks>>;
type Result = Applied['results'][number];

/** Stores and applies events; those that arrive together share one statement. */
export interface WebhookInbox {
  /** Resolves after the commit. Throws what the database threw, or `InboxFull`. */
  receive(provider: string, received: ReceivedEvent): Promise<Result>;
}

/** More events arrive than the database takes; the sender is asked to come back. */
export class InboxFull extends Error {}

interface Waiting extends ReceivedEvent {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** One inbox for all providers; each provider's events are applied in the order they came. */
export function makeWebhookInbox(
  db: Db,
  temporal: TemporalClient,
  metrics: Metrics,
  log: Logger,
): WebhookInbox {
  const lanes = new Map<string, (received: ReceivedEvent) => Promise<Result>>();
  const lane = (provider: string) => {
    const known =
      lanes.get(provider) ?? makeLane(db, provider, (ids) => temporal.signalSettled(ids, log));
    lanes.set(provider, known);
    return known;
  };
  return {
    async receive(provider, received) {
      const startedAt = performance.now();
      const result = await lane(provider)(received);
      metrics.webhooks.inc({ provider, result });
      metrics.webhookSeconds.observe({ provider }, (performance.now() - startedAt) / 1_000);
      return result;
    },
  };
}

function makeLane(db: Db, provider: string, settled: (batchIds: string[]) => void) {
  let waiting: Waiting[] = [];
  let running = false;

  async function drain(): Promise<void> {
    running = true;
    await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    while (waiting.length > 0) {
      const taken = waiting.slice(0, EVENTS_PER_STATEMENT_MAX);
      waiting = waiting.slice(EVENTS_PER_STATEMENT_MAX);
      await apply(taken);
    }
    running = false;
  }

  async function apply(taken: Waiting[]): Promise<void> {
    try {
      const { results, settledBatchIds } = await applyWebhooks(db, provider, taken);
      taken.forEach((one, index) => {
        const result = results[index];
        if (result) one.resolve(result);
        else one.reject(new Error('an event was left without a result'));
      });
      settled(settledBatchIds);
    } catch (error) {
      taken.forEach((one) => one.reject(error));
    }
  }

  return (received: ReceivedEvent) =>
    new Promise<Result>((resolve, reject) => {
      if (waiting.length >= WAITING_MAX) return reject(new InboxFull('too many events wait'));
      waiting.push({ ...received, resolve, reject });
      if (!running) void drain();
    });
}
