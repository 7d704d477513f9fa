import type { Ledger } from './ledger.ts';
import type { AcceptExtra, AcceptRecord, Plan, TransferStatus } from './records.ts';
import type { Transfer, TransferEvent } from './state.ts';
import type { Timers } from './timers.ts';

/** A payment as it is asked for. */
export type Submission = {
  readonly provider: string;
  readonly reference: string;
  readonly recipient: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly idempotencyKey: string;
  readonly bodyHash: string;
  /** What becomes of it where no fault rule decides, by the provider's own magic numbers. */
  readonly fate?: Fate;
  /**
   * What becomes of it where the balance does not cover it, at a provider that accepts it all the
   * same: a failure, for it holds no money. Without this such a payment is refused.
   */
  readonly fateWhenShort?: Fate;
  /** Within what the key counts; the provider as a whole where left out. */
  readonly keyScope?: string;
  /** How long the key is known; for ever where left out. */
  readonly keyLifetimeMs?: number;
  /** What the wire format wants to read again in `TransferView.details`. */
  readonly details?: string;
  /** A webhook tells of the creation itself. */
  readonly announced?: boolean;
};

/** What becomes of an accepted transfer. */
export type Fate = {
  /** null: it stays accepted for ever. 0: it is decided in the answer itself, and no webhook tells of it. */
  readonly afterMs: number | null;
  readonly status: 'settled' | 'failed';
  readonly code: string | null;
  readonly returnAfterMs: number | null;
  /** The provider's own word for an accepted transfer that waits; its usual one where left out. */
  readonly phase?: string;
};

/** Without rules: settled after 50 ms. */
export const USUAL_FATE: Fate = { afterMs: 50, status: 'settled', code: null, returnAfterMs: null };

/** Moves money: makes transfers and carries out what is planned for them. */
export class Engine {
  readonly #ledger: Ledger;
  readonly #timers: Timers;
  readonly #publish: (events: readonly TransferEvent[]) => void;
  #unpublished: TransferEvent[] = [];

  /** `publish` is given each event once it is on disk. */
  constructor(ledger: Ledger, timers: Timers, publish: (events: readonly TransferEvent[]) => void) {
    this.#ledger = ledger;
    this.#timers = timers;
    this.#publish = publish;
  }

  /** Takes up again what was planned before a restart. */
  resume(): void {
    for (const transfer of this.#ledger.transfers) this.#arm(transfer);
    this.#publish(this.#ledger.undelivered());
  }

  /**
   * Makes a transfer; null where the balance is too low and the provider refuses that at once.
   * Without `tells` the webhook of an announced creation is left to the caller (`creationOf`).
   */
  accept(submission: Submission, wanted: Fate, tells = true): Transfer | null {
    const { provider, reference, recipient, amountMinor, currency } = submission;
    const isShort = this.#ledger.book(provider).available(currency) < amountMinor;
    const fate = isShort ? submission.fateWhenShort : wanted;
    if (fate === undefined) return null;
    const atMs = this.#ledger.now();
    const atOnce = fate.afterMs === 0;
    const extra = extraOf(submission, isShort);
    const record: AcceptRecord = [
      'a',
      provider,
      reference,
      recipient,
      Number(amountMinor),
      currency,
      submission.idempotencyKey,
      submission.bodyHash,
      atMs,
      atOnce ? fate.status : 'accepted',
      atOnce ? fate.code : (fate.phase ?? null),
      atOnce ? returnPlan(fate.status, fate.returnAfterMs, atMs) : firstPlan(fate, atMs),
      ...extra,
    ];
    this.#ledger.commit(record);
    const transfer = this.#ledger.transfers.at(-1);
    if (transfer === undefined) throw new Error('the transfer just made is not there');
    this.#arm(transfer);
    if (submission.announced === true && tells) this.#publishSoon(this.creationOf(transfer));
    return transfer;
  }

  /** The event that tells of a creation which is announced, unpublished. */
  creationOf(transfer: Transfer): TransferEvent {
    const { status, failureCode, createdAtMs } = transfer;
    return { transfer, eventNo: 1, status, failureCode, atMs: createdAtMs };
  }

  /** Carries out now what is planned for later. Gives the event, unpublished; null without a plan. */
  hasten(transfer: Transfer): TransferEvent | null {
    return transfer.plan === null ? null : this.#carryOut(transfer, transfer.plan);
  }

  /**
   * Gives a transfer another status, whatever it had and whatever was planned, and publishes that.
   * Nothing happens where it has that status already; an accepted or settled one may get another word
   * of the provider's for how far it is.
   */
  force(transfer: Transfer, status: TransferStatus, code: string | null): void {
    const mayGoOn = status === 'accepted' || status === 'settled';
    const isSame = !mayGoOn || transfer.failureCode === code;
    if (transfer.status === status && isSame) return;
    this.#publishSoon(this.#change(transfer, status, code, null));
  }

  #arm(transfer: Transfer): void {
    const { plan } = transfer;
    if (plan === null) return;
    this.#timers.at(plan.dueAtMs, () => {
      // Another plan, or none, means that something else came first.
      if (transfer.plan === plan) this.#publishSoon(this.#carryOut(transfer, plan));
    });
  }

  #carryOut(transfer: Transfer, plan: Plan): TransferEvent {
    const next = returnPlan(plan.status, plan.returnAfterMs, this.#ledger.now());
    const event = this.#change(transfer, plan.status, plan.code, next);
    this.#arm(transfer);
    return event;
  }

  #change(
    transfer: Transfer,
    status: TransferStatus,
    failureCode: string | null,
    plan: Plan | null,
  ): TransferEvent {
    const atMs = this.#ledger.now();
    const eventNo = transfer.events + 1;
    this.#ledger.commit(['c', transfer.seq, status, failureCode, atMs, eventNo, plan]);
    return { transfer, eventNo, status, failureCode, atMs };
  }

  // Nobody may hear of what a crash could still undo, and one wait serves all events of a moment.
  #publishSoon(event: TransferEvent): void {
    this.#unpublished.push(event);
    if (this.#unpublished.length > 1) return;
    setImmediate(() => void this.#publishDurable());
  }

  async #publishDurable(): Promise<void> {
    const events = this.#unpublished;
    this.#unpublished = [];
    try {
      await this.#ledger.durable();
    } catch {
      return; // The log has said so itself; what it could not keep is not told to anybody.
    }
    this.#publish(events);
  }
}

const NO_EXTRA: readonly [] = [];

// Nothing where there is nothing to say: a million lines of the log would repeat it.
function extraOf(submission: Submission, isShort: boolean): readonly [] | readonly [AcceptExtra] {
  const { details, keyScope, announced } = submission;
  const isPlain = details === undefined && keyScope === undefined && announced !== true;
  if (isPlain && !isShort) return NO_EXTRA;
  return [
    {
      ...(details !== undefined && { details }),
      ...(keyScope !== undefined && { keyScope }),
      ...(isShort && { unfunded: true }),
      ...(announced === true && { announced: true }),
    },
  ];
}

function firstPlan(fate: Fate, atMs: number): Plan | null {
  if (fate.afterMs === null) return null;
  const { status, code, returnAfterMs } = fate;
  return { status, dueAtMs: atMs + fate.afterMs, code, returnAfterMs };
}

function returnPlan(status: string, returnAfterMs: number | null, atMs: number): Plan | null {
  if (status !== 'settled' || returnAfterMs === null) return null;
  return { status: 'returned', dueAtMs: atMs + returnAfterMs, code: null, returnAfterMs: null };
}
