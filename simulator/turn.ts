import type { Effect, Operation } from './effects.ts';
import { USUAL_FATE, type Engine, type Fate, type Submission } from './engine.ts';
import type { Faults } from './faults.ts';
import type { Ledger, TransferView } from './ledger.ts';
import type { TransferStatus } from './records.ts';
import type { Transfer, TransferEvent } from './state.ts';

/** What came of one submission. `view` is null where the answer leaves it out. */
export type Submitted =
  | { readonly kind: 'created' | 'known'; readonly view: TransferView | null }
  | { readonly kind: 'refused'; readonly code: string };

/** What came of submissions that are made together or not at all; `at` is the one that is to blame, if any. */
export type SubmittedTogether =
  | { readonly kind: 'done'; readonly each: readonly Submitted[] }
  | { readonly kind: 'refused'; readonly code: string; readonly at: number | null };

export type TurnParts = {
  readonly ledger: Ledger;
  readonly engine: Engine;
  readonly faults: Faults;
  readonly provider: string;
  readonly operation: Operation;
  /** Whether the answer comes in another order than the request. */
  readonly shuffles: boolean;
};

/** One call being carried out: what a wire format may do to the ledger, with the fault rules applied. */
export class Turn {
  /** Events of `webhook_first`: to be delivered before the call is answered. */
  readonly eventsFirst: TransferEvent[] = [];
  readonly #parts: TurnParts;
  readonly #forgotten = new Map<Submission, boolean>();

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  /** Makes a transfer, or finds the one that this key has made before. */
  submit(submission: Submission): Submitted {
    const known = this.#known(submission);
    if (known !== undefined) {
      return known.bodyHash === submission.bodyHash
        ? { kind: 'known', view: this.show(known) }
        : { kind: 'refused', code: 'idempotency_mismatch' };
    }
    const effects = this.#draw('create', submission);
    const rejection = effects.find((effect) => effect.type === 'reject');
    if (rejection !== undefined) return { kind: 'refused', code: rejection.code };
    return this.#make(submission, effects);
  }

  /**
   * Makes all of these or none of them: a rejected one, or a balance that does not cover their sum,
   * refuses them all. Those that a key has made before count as made.
   */
  submitAll(submissions: readonly Submission[]): SubmittedTogether {
    const plans = submissions.map((submission) => {
      const known = this.#known(submission);
      const effects = known === undefined ? this.#draw('create', submission) : NONE;
      return { submission, known, effects };
    });
    const missing = new Map<string, bigint>();
    for (const [at, { submission, known, effects }] of plans.entries()) {
      const { bodyHash, currency, amountMinor } = submission;
      const rejection = effects.find((effect) => effect.type === 'reject');
      if (rejection !== undefined) return { kind: 'refused', code: rejection.code, at };
      if (known === undefined) missing.set(currency, (missing.get(currency) ?? 0n) + amountMinor);
      else if (known.bodyHash !== bodyHash) {
        return { kind: 'refused', code: 'idempotency_mismatch', at };
      }
    }
    const book = this.#parts.ledger.book(this.#parts.provider);
    const isShort = [...missing].some(([currency, sum]) => book.available(currency) < sum);
    if (isShort) return { kind: 'refused', code: 'insufficient_balance', at: null };
    const each = plans.map(({ submission, known, effects }) =>
      known === undefined
        ? this.#make(submission, effects)
        : { kind: 'known' as const, view: this.show(known) },
    );
    return { kind: 'done', each };
  }

  /** Whether a rule makes the key of this submission unknown. Drawn once, however often it is asked. */
  forgets(submission: Submission): boolean {
    if (!this.#parts.faults.active) return false;
    let isForgotten = this.#forgotten.get(submission);
    if (isForgotten === undefined) {
      isForgotten = this.#draw('key', submission).length > 0;
      this.#forgotten.set(submission, isForgotten);
    }
    return isForgotten;
  }

  /** Cancels what is not settled yet. False where that is too late. */
  cancel(transfer: Transfer): boolean {
    if (transfer.status === 'accepted') this.#parts.engine.force(transfer, 'cancelled', null);
    return transfer.status === 'cancelled';
  }

  /** Gives a transfer another status by a call of the provider's own, and publishes that. */
  change(transfer: Transfer, status: TransferStatus, code: string | null): void {
    this.#parts.engine.force(transfer, status, code);
  }

  /** Puts money back that a provider returned in part, or takes it again (negative). */
  credit(currency: string, amountMinor: bigint): void {
    const { ledger, provider } = this.#parts;
    const available = ledger.book(provider).available(currency) + amountMinor;
    ledger.commit(['b', provider, currency, Number(available)]);
  }

  /** Keeps text of the wire format's own under a name, durably; null forgets it. `Book.notes` reads it. */
  note(name: string, value: string | null): void {
    this.#parts.ledger.commit(['n', this.#parts.provider, name, value]);
  }

  /** The transfer as the answer tells it, lies included; null where the answer leaves it out. */
  show(transfer: Transfer): TransferView | null {
    const view = this.#parts.ledger.view(transfer);
    return this.#draw('answer', transfer).reduce<TransferView | null>(lie, view);
  }

  /** The rows of a list in the order of the answer. */
  arrange<T>(rows: T[]): T[] {
    return this.#parts.shuffles ? this.#parts.faults.shuffle(rows) : rows;
  }

  #known(submission: Submission): Transfer | undefined {
    const { ledger, provider } = this.#parts;
    if (this.forgets(submission)) return undefined;
    const { idempotencyKey, keyScope, keyLifetimeMs = Infinity } = submission;
    const known = ledger.book(provider).withKey(idempotencyKey, keyScope);
    const isPruned = known !== undefined && ledger.now() - known.createdAtMs >= keyLifetimeMs;
    return isPruned ? undefined : known;
  }

  #make(submission: Submission, effects: readonly Effect[]): Submitted {
    const { engine } = this.#parts;
    const tellsFirst = effects.some((effect) => effect.type === 'webhook_first');
    const fate = fateOf(effects, submission.fate ?? USUAL_FATE);
    const transfer = engine.accept(submission, fate, !tellsFirst);
    if (transfer === null) return { kind: 'refused', code: 'insufficient_balance' };
    const view = this.show(transfer);
    if (tellsFirst) {
      if (submission.announced === true) this.eventsFirst.push(engine.creationOf(transfer));
      // A return is planned for later and stays so: only how the submission ends is told first.
      const event = transfer.plan?.status === 'returned' ? null : engine.hasten(transfer);
      if (event !== null) this.eventsFirst.push(event);
    }
    return { kind: 'created', view };
  }

  #draw(
    stage: 'key' | 'create' | 'answer',
    subject: { readonly reference: string; readonly recipient: string },
  ): readonly Effect[] {
    const { faults, provider, operation } = this.#parts;
    return faults.active ? faults.drawItem(stage, provider, operation, subject) : NONE;
  }
}

const NONE: readonly Effect[] = [];

// The first rule that decides between settling, failing and neither wins; a return is added to it.
function fateOf(effects: readonly Effect[], usual: Fate): Fate {
  if (effects.length === 0) return usual;
  const outcome = effects.find(
    ({ type }) => type === 'settle_after' || type === 'never_settle' || type === 'fail_after',
  );
  const back = effects.find((effect) => effect.type === 'return_after');
  const returnAfterMs = back === undefined ? null : back.ms;
  switch (outcome?.type) {
    case 'settle_after':
      return { afterMs: outcome.ms, status: 'settled', code: null, returnAfterMs };
    case 'fail_after':
      return { afterMs: outcome.ms, status: 'failed', code: outcome.code, returnAfterMs: null };
    case 'never_settle':
      return { afterMs: null, status: 'settled', code: null, returnAfterMs: null };
    default:
      return back === undefined ? usual : { ...usual, returnAfterMs };
  }
}

function lie(view: TransferView | null, effect: Effect): TransferView | null {
  if (view === null) return null;
  switch (effect.type) {
    case 'omit':
      return null;
    case 'wrong_id':
      return { ...view, id: mirrored(view.id) };
    case 'wrong_amount':
      return { ...view, amountMinor: view.amountMinor + 1n };
    case 'unknown_status':
      return { ...view, status: effect.status };
    default:
      return view;
  }
}

// Another id of the same shape, which belongs to nothing.
function mirrored(id: string): string {
  return id.replaceAll(/./g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));
}
