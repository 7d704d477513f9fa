import type { Fate, Submission } from '../../engine.ts';
import type { Ledger, TransferView } from '../../ledger.ts';
import { TRANSFER_STATUSES, type TransferStatus } from '../../records.ts';
import type { Turn } from '../../turn.ts';
import type { Answer, Prepared } from '../port.ts';
import { failure } from './errors.ts';
import {
  KEY_LIFETIME_MS,
  mismatch,
  replay,
  replayed,
  save,
  saveReplacement,
  type KeyedRequest,
} from './keys.ts';
import { PROVIDER, type Details } from './objects.ts';
import { attempt, ok, type Request } from './request.ts';

/** A transfer or payout that a request asks for. */
export type Wanted = {
  readonly keyed: KeyedRequest;
  readonly recipient: string;
  readonly amount: number;
  readonly currency: string;
  readonly details: Details;
  readonly fate: Fate;
  /** The status that the object has in its first answer. */
  readonly statusAtFirst: TransferStatus;
  /** Throws `Refusal` where it cannot be made. What this says is kept under the key. */
  check(): void;
  show(view: TransferView): unknown;
};

/**
 * A POST that moves money. The first answer under its key is kept, also a refusal and also a 500 that
 * a fault put in its place; what was refused before it began is not.
 */
export function submitting({ ledger }: Request, wanted: Wanted): Prepared {
  const { keyed } = wanted;
  const submission = submissionOf(wanted);
  const { reference, recipient } = submission;
  let hasBegun = false;
  return {
    operation: 'submit',
    items: [{ reference, recipient, key: keyed.key }],
    isBatch: false,
    perform(turn) {
      const before = turn.forgets(submission) ? null : replay(ledger, keyed);
      if (before !== null) return before;
      const made = make(turn, ledger, wanted, submission);
      hasBegun = made.headers?.['idempotent-replayed'] === undefined;
      return made;
    },
    replaced: (turn, told) => {
      if (hasBegun) saveReplacement(turn, ledger, keyed, told);
    },
  };
}

function make(turn: Turn, ledger: Ledger, wanted: Wanted, submission: Submission): Answer {
  const { keyed } = wanted;
  const refusal = attempt<null>(() => {
    wanted.check();
    return null;
  });
  if (refusal !== null) return kept(turn, ledger, keyed, refusal);
  const submitted = turn.submit(submission);
  if (submitted.kind === 'refused') {
    if (submitted.code === 'idempotency_mismatch') return mismatch(keyed);
    return kept(turn, ledger, keyed, failure(submitted.code));
  }
  const { kind, view } = submitted;
  if (kind === 'created') return ok(view === null ? {} : wanted.show(view));
  // Kept is what was answered then, not what has become of it.
  return replayed(ok(view === null ? {} : wanted.show(asAtFirst(view, wanted))), keyed.key);
}

function kept(turn: Turn, ledger: Ledger, keyed: KeyedRequest, refusal: Answer): Answer {
  save(turn, ledger, keyed, refusal);
  return refusal;
}

function asAtFirst(view: TransferView, { statusAtFirst }: Wanted): TransferView {
  const isTrue = TRANSFER_STATUSES.some((status) => status === view.status);
  return isTrue ? { ...view, status: statusAtFirst, failureCode: null } : view;
}

function submissionOf(wanted: Wanted): Submission {
  const { keyed, recipient, amount, currency, details, fate } = wanted;
  return {
    provider: PROVIDER,
    reference: details.metadata['txn_id'] ?? keyed.key,
    recipient,
    amountMinor: BigInt(amount),
    currency,
    idempotencyKey: keyed.key,
    keyScope: keyed.account,
    keyLifetimeMs: KEY_LIFETIME_MS,
    bodyHash: keyed.hash,
    fate,
    details: JSON.stringify(details),
    announced: true,
  };
}
