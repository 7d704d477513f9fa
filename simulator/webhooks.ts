import { Pool } from 'undici';
import type { Effect } from './effects.ts';
import type { Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { Requests } from './requests.ts';
import type { AccountEvent, TransferEvent } from './state.ts';
import type { Timers } from './timers.ts';
import type { WebhookMessage, Wire } from './wire/port.ts';

const DELIVERIES_AT_ONCE = 32;
const DELIVERIES_UNDER_LOAD = 2;
const LOOK_EVERY_MS = 50;
const BUSY_FROM = 0.75;
const REST_MS = 50;
const RECEIVER_TIMEOUT_MS = 10_000;
const SHUFFLE_WINDOW_MS = 250;
const RETRY_AFTER_MS = [1_000, 5_000, 15_000, 60_000, 300_000] as const;

// Copies and forgeries are tried once: only the event itself must arrive.
type Delivery = {
  readonly event: TransferEvent | AccountEvent;
  /** Which of the messages that tell of this event. */
  readonly part: number;
  /** How many of them have neither arrived nor been given up; null where there is one. */
  readonly open: { parts: number } | null;
  readonly kind: 'event' | 'copy' | 'forgery';
  readonly tries: number;
  readonly onTried: (() => void) | null;
};

export type WebhooksParts = {
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly timers: Timers;
  readonly requests: Requests;
  readonly wires: ReadonlyMap<string, Wire>;
  /** Where they go: `<url>/<provider>`. */
  readonly url: string;
};

/** Delivers events: at least once, at most 32 at a time, retries as the provider's, over few connections. */
export class Webhooks {
  readonly #parts: WebhooksParts;
  readonly #pool: Pool;
  readonly #path: string;
  #queue: Delivery[] = [];
  #head = 0;
  #underWay = 0;
  #toShuffle: Delivery[] = [];
  #rests = false;
  #atOnce = DELIVERIES_AT_ONCE;
  #lookedAtMs = 0;
  #load = performance.eventLoopUtilization();
  #requestsSeen = 0;
  // Changes of accounts are not in the ledger: these are the ones that a reset has not taken back.
  #accountEvents = new WeakSet<AccountEvent>();

  constructor(parts: WebhooksParts) {
    this.#parts = parts;
    const url = new URL(parts.url);
    this.#path = url.pathname.replace(/\/$/, '');
    this.#pool = new Pool(url.origin, {
      connections: DELIVERIES_AT_ONCE,
      pipelining: 1,
      connectTimeout: RECEIVER_TIMEOUT_MS,
      headersTimeout: RECEIVER_TIMEOUT_MS,
      bodyTimeout: RECEIVER_TIMEOUT_MS,
    });
  }

  /** Sends these events, which are on disk. */
  publish(events: readonly TransferEvent[]): void {
    for (const event of events) this.#planAll(event, null);
  }

  /** Sends these events; resolves when each has been tried once. */
  async publishFirst(events: readonly TransferEvent[]): Promise<void> {
    const tried = events.map(async (event) => {
      await new Promise<void>((resolve) => {
        this.#planAll(event, resolve);
      });
    });
    await Promise.all(tried);
  }

  /** Sends that these accounts, which are on disk, have changed, where the provider has an event for it. */
  publishAccounts(events: readonly AccountEvent[]): void {
    for (const event of events) {
      if (this.#parts.wires.get(event.provider)?.accountWebhook === undefined) continue;
      this.#accountEvents.add(event);
      this.#plan({ event, part: 0, open: null, kind: 'event', tries: 0, onTried: null });
    }
  }

  /** Forgets what is waiting to be sent. */
  clear(): void {
    this.#accountEvents = new WeakSet();
    this.#queue = [];
    this.#head = 0;
    this.#toShuffle = [];
    this.#rests = false;
  }

  async close(): Promise<void> {
    this.clear();
    await this.#pool.destroy();
  }

  // A provider may tell of one change in several messages, or not at all.
  #planAll(event: TransferEvent, onTried: (() => void) | null): void {
    const wire = this.#parts.wires.get(event.transfer.provider);
    const parts = wire?.messages?.(this.#parts.ledger.viewAt(event), event.eventNo) ?? 1;
    const open = parts === 1 ? null : { parts };
    if (parts === 0) {
      this.#finish(event);
      onTried?.();
    }
    for (let part = 0; part < parts; part += 1) {
      this.#plan({
        event,
        part,
        open,
        kind: 'event',
        tries: 0,
        onTried: part === 0 ? onTried : null,
      });
    }
  }

  #plan(delivery: Delivery): void {
    const effects = this.#draw(delivery.event);
    if (effects.length === 0) {
      this.#enqueue(delivery);
      return;
    }
    const deliveries = deliveriesOf(delivery, effects);
    if (effects.some(({ type }) => type === 'webhook_drop')) {
      this.#close(delivery);
      delivery.onTried?.();
    }
    const delayMs = effects.find((effect) => effect.type === 'webhook_delay')?.ms ?? 0;
    const isShuffled = effects.some(({ type }) => type === 'webhook_shuffle');
    this.#parts.timers.at(Date.now() + delayMs, () => {
      for (const delivery of deliveries) {
        if (isShuffled) this.#holdForShuffle(delivery);
        else this.#enqueue(delivery);
      }
    });
  }

  #draw(event: Delivery['event']): readonly Effect[] {
    const { faults } = this.#parts;
    if (!faults.active) return [];
    const subject =
      'transfer' in event
        ? event.transfer
        : { reference: null, recipient: event.account.accountRef };
    return faults.drawItem('webhook', providerOf(event), 'webhook', subject);
  }

  #holdForShuffle(delivery: Delivery): void {
    this.#toShuffle.push(delivery);
    if (this.#toShuffle.length > 1) return;
    this.#parts.timers.at(Date.now() + SHUFFLE_WINDOW_MS, () => {
      const held = this.#toShuffle;
      this.#toShuffle = [];
      void this.#sendInOrder(this.#parts.faults.shuffle(held));
    });
  }

  // One after the other: side by side, the receiver might see them in the old order after all.
  async #sendInOrder(deliveries: readonly Delivery[]): Promise<void> {
    for (const delivery of deliveries) await this.#send(delivery);
  }

  #enqueue(delivery: Delivery): void {
    this.#queue.push(delivery);
    this.#pump();
  }

  #pump(): void {
    this.#lookAtLoad();
    while (!this.#rests && this.#underWay < this.#atOnce && this.#head < this.#queue.length) {
      const delivery = this.#queue[this.#head];
      this.#head += 1;
      if (delivery === undefined) break;
      this.#underWay += 1;
      void this.#send(delivery).finally(() => {
        this.#underWay -= 1;
        this.#pump();
      });
    }
    // `shift` would move the whole array each time; cutting it now and then costs nothing.
    if (this.#head > 1_024 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }

  // Answers come first: while calls keep the process busy, webhooks take a small share of it and catch up later.
  #lookAtLoad(): void {
    const now = performance.now();
    if (now - this.#lookedAtMs < LOOK_EVERY_MS) return;
    const load = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(load, this.#load);
    const { received } = this.#parts.requests;
    const isBusy = utilization > BUSY_FROM && received > this.#requestsSeen;
    this.#atOnce = isBusy ? DELIVERIES_UNDER_LOAD : DELIVERIES_AT_ONCE;
    this.#lookedAtMs = now;
    this.#load = load;
    this.#requestsSeen = received;
  }

  // A receiver that is down must not be knocked at ten thousand times a second.
  #rest(): void {
    if (this.#rests) return;
    this.#rests = true;
    this.#parts.timers.at(Date.now() + REST_MS, () => {
      this.#rests = false;
      this.#pump();
    });
  }

  async #send(delivery: Delivery): Promise<void> {
    if (!this.#holds(delivery.event)) return;
    const arrived = await this.#post(delivery);
    delivery.onTried?.();
    if (delivery.kind !== 'event') return;
    const { wires } = this.#parts;
    const waits = wires.get(providerOf(delivery.event))?.retryAfterMs ?? RETRY_AFTER_MS;
    const retryAfterMs = waits[delivery.tries];
    if (arrived || retryAfterMs === undefined) {
      this.#close(delivery);
      return;
    }
    const again: Delivery = { ...delivery, tries: delivery.tries + 1, onTried: null };
    this.#parts.timers.at(Date.now() + retryAfterMs, () => this.#enqueue(again));
  }

  // False for what was before the last reset.
  #holds(event: Delivery['event']): boolean {
    return 'transfer' in event
      ? this.#parts.ledger.holds(event.transfer)
      : this.#accountEvents.has(event);
  }

  #messageOf(wire: Wire, { event, kind, part }: Delivery): WebhookMessage | undefined {
    const isForged = kind === 'forgery';
    if (!('transfer' in event))
      return wire.accountWebhook?.(event.eventId, event.account, isForged);
    const view = this.#parts.ledger.viewAt(event);
    const eventNo = event.eventNo.toString(16).padStart(3, '0');
    const eventId = view.id + eventNo + (part === 0 ? '' : part.toString(16));
    return wire.webhook(eventId, view, event.atMs, isForged, part);
  }

  async #post(delivery: Delivery): Promise<boolean> {
    const wire = this.#parts.wires.get(providerOf(delivery.event));
    const message = wire && this.#messageOf(wire, delivery);
    if (wire === undefined || message === undefined) return true;
    const { headers, body } = message;
    const timeoutMs = wire.receiverTimeoutMs ?? RECEIVER_TIMEOUT_MS;
    try {
      const answer = await this.#pool.request({
        method: 'POST',
        path: `${this.#path}/${wire.provider}`,
        headers,
        body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      await answer.body.dump();
      return answer.statusCode >= 200 && answer.statusCode < 300;
    } catch {
      this.#rest(); // Nobody there, or no answer in time: to the sender it is the same.
      return false;
    }
  }

  #close({ event, open }: Delivery): void {
    if (open !== null) open.parts -= 1;
    if (open === null || open.parts === 0) this.#finish(event);
  }

  #finish(event: Delivery['event']): void {
    if (!('transfer' in event) || !this.#holds(event)) return;
    const { ledger } = this.#parts;
    const { transfer, eventNo } = event;
    try {
      ledger.commit(['w', transfer.seq, eventNo]);
    } catch {
      // The log has said so itself. The event is sent again after a restart, under the same id.
    }
  }
}

function providerOf(event: Delivery['event']): string {
  return 'transfer' in event ? event.transfer.provider : event.provider;
}

// The order in which they are sent: a forgery arrives before the truth.
function deliveriesOf(delivery: Delivery, effects: readonly Effect[]): Delivery[] {
  const extra = (kind: 'copy' | 'forgery'): Delivery => ({ ...delivery, kind, onTried: null });
  const deliveries: Delivery[] = [];
  if (effects.some(({ type }) => type === 'webhook_forge')) deliveries.push(extra('forgery'));
  if (effects.some(({ type }) => type === 'webhook_drop')) return deliveries;
  deliveries.push(delivery);
  const times = effects.find((effect) => effect.type === 'webhook_duplicate')?.n ?? 1;
  for (let copy = 1; copy < times; copy += 1) deliveries.push(extra('copy'));
  return deliveries;
}
