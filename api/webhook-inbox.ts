import type { Logger } from 'pino';
import type { Db } from '../db/client.ts';
import { storeHints } from '../db/queries/store-hints.ts';
import { applyWebhooks, type WebhookResult } from '../db/queries/webhooks.ts';
import type { Vault } from '../db/vault.ts';
import { bodyToKeep } from '../db/webhook-body.ts';
import type { Provider, WebhookEvent } from '../providers/port.ts';
import type { Metrics } from './metrics.ts';
import { continueParked } from './parked.ts';
import type { TemporalClient } from './temporal.ts';

const EVENTS_PER_STATEMENT_MAX = 200;
const GATHER_MS = 2;
/** Events that may wait in memory; none of them is answered yet, so their sender repeats them. */
const WAITING_MAX = 20_000;
/** A provider's events ask for their confirmation at most this often. */
const CONFIRM_EVERY_MS = 200;

export interface ReceivedEvent {
  event: WebhookEvent;
  /** The body as received, kept as evidence. */
  payload: string;
}

/**
 * Stores events, and applies those of providers whose events prove what they say; the others are
 * confirmed by the provider's own read. Those that arrive together share one statement.
 */
export interface WebhookInbox {
  /** Resolves after the commit. Throws what the database threw, or `InboxFull`. */
  receive(provider: Provider, received: ReceivedEvent): Promise<WebhookResult>;
  /** Has waiting events of a provider confirmed soon. Never throws. */
  confirmSoon(provider: string): void;
}

/** More events arrive than the database takes; the sender is asked to come back. */
export class InboxFull extends Error {}

interface Waiting extends ReceivedEvent {
  resolve(result: WebhookResult): void;
  reject(error: unknown): void;
}

/** What the inbox works with. */
export interface InboxTools {
  db: Db;
  vault: Vault;
  temporal: TemporalClient;
  metrics: Metrics;
  log: Logger;
}

/** One inbox for all providers; each provider's events are taken in the order they came. */
export function makeWebhookInbox(tools: InboxTools): WebhookInbox {
  const { temporal, metrics, log } = tools;
  const confirmSoon = makeConfirming((provider) => temporal.confirmEvents(provider, log));
  const lanes = new Map<string, (received: ReceivedEvent) => Promise<WebhookResult>>();
  const lane = (provider: Provider) => {
    const known =
      lanes.get(provider.name) ??
      makeLane(
        provider.capabilities.webhooksProve
          ? applying(tools, provider)
          : hinting(tools, provider, confirmSoon),
      );
    lanes.set(provider.name, known);
    return known;
  };
  return {
    confirmSoon,
    async receive(provider, received) {
      const startedAt = performance.now();
      const { name } = provider;
      const result = await lane(provider)(received);
      metrics.webhooks.inc({ provider: name, result });
      metrics.webhookSeconds.observe({ provider: name }, (performance.now() - startedAt) / 1_000);
      return result;
    },
  };
}

/** Stores events of one provider in one statement; what each did, in order. */
type Take = (taken: readonly ReceivedEvent[]) => Promise<WebhookResult[]>;

const applying =
  ({ db, vault, temporal, log }: InboxTools, provider: Provider): Take =>
  async (taken) => {
    const { results, settledBatchIds, verifiedPayeeIds } = await applyWebhooks(
      db,
      provider.name,
      taken.map((received) => kept(vault, provider, received)),
    );
    temporal.signalSettled(settledBatchIds, log);
    continueParked({ db, temporal }, verifiedPayeeIds, log);
    return results;
  };

const hinting =
  ({ db, vault }: InboxTools, provider: Provider, confirmSoon: (provider: string) => void): Take =>
  async (taken) => {
    const hints = taken.map((received) => kept(vault, provider, received));
    const results = await storeHints(db, provider.name, hints);
    if (results.includes('waiting')) confirmSoon(provider.name);
    return results;
  };

const kept = (vault: Vault, provider: Provider, { event, payload }: ReceivedEvent) => ({
  event,
  payload: bodyToKeep(vault, provider, event.eventId, payload),
});

/** Asks at once, and what comes shortly after together a moment later. */
function makeConfirming(confirm: (provider: string) => void) {
  const asked = new Map<string, { again: boolean }>();
  const ask = (provider: string): void => {
    const pause = { again: false };
    asked.set(provider, pause);
    confirm(provider);
    setTimeout(() => {
      asked.delete(provider);
      if (pause.again) ask(provider);
    }, CONFIRM_EVERY_MS).unref();
  };
  return (provider: string): void => {
    const pause = asked.get(provider);
    if (pause) pause.again = true;
    else ask(provider);
  };
}

function makeLane(take: Take) {
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
      const results = await take(taken);
      taken.forEach((one, index) => {
        const result = results[index];
        if (result) one.resolve(result);
        else one.reject(new Error('an event was left without a result'));
      });
    } catch (error) {
      taken.forEach((one) => one.reject(error));
    }
  }

  return (received: ReceivedEvent) =>
    new Promise<WebhookResult>((resolve, reject) => {
      if (waiting.length >= WAITING_MAX) return reject(new InboxFull('too many events wait'));
      waiting.push({ ...received, resolve, reject });
      if (!running) void drain();
    });
}
