import type { HaltCause, Outcome } from '../domain/outcome.ts';
import type { Db } from '../db/client.ts';
import { raiseAlarms } from '../db/queries/alarms.ts';
import { recordOutcomes, toVerdict } from '../db/queries/record-outcomes.ts';
import type { Vault } from '../db/vault.ts';
import type { Provider } from '../providers/port.ts';
import type { Ready } from './prepare-payments.ts';

/** What the hand-over of a chunk works with. */
export interface HandoverDesk {
  db: Db;
  vault: Vault;
  provider: Provider;
  batchId: string;
  /** Owns what this execution claims; another execution's late answers record nothing. */
  fence: string;
  /** True once nothing more is to be sent. */
  stopped: () => boolean;
}

/** Why the provider takes nothing more, for the pause of the batch. */
export interface Halt {
  cause: HaltCause;
  reason: string;
}

/** What became of a chunk. */
export interface Handover {
  handedOver: number;
  inDoubt: number;
  /** So many of those handed over it refused. */
  refused: number;
  halt: Halt | null;
}

/** Nothing was handed over yet. */
export const nothing = (): Handover => ({
  handedOver: 0,
  inDoubt: 0,
  refused: 0,
  halt: null,
});

/** Adds a part to a whole; the first halt is the one that counts. */
export function addTo(total: Handover, part: Handover): void {
  total.handedOver += part.handedOver;
  total.inDoubt += part.inDoubt;
  total.refused += part.refused;
  total.halt ??= part.halt;
}

const MISSING: Outcome = { kind: 'AMBIGUOUS', code: 'missing_in_answer' };

/** Records what the provider said about claimed payments, and counts it. */
export async function recordSent(
  { db, fence, provider, batchId }: HandoverDesk,
  sent: readonly Ready[],
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<Handover> {
  const handover = nothing();
  const told = sent.map(({ payment, generation, request }) => {
    const outcome = outcomes.get(request.reference) ?? MISSING;
    count(handover, outcome);
    return { paymentId: payment.id, generation, failures: payment.failures, batchId, outcome };
  });
  await recordOutcomes(
    db,
    told.map((each) => toVerdict(each, each.outcome)),
    fence,
  );
  await raiseAlarms(db, provider.name, told);
  return handover;
}

function count(handover: Handover, outcome: Outcome): void {
  if (outcome.kind === 'HALT_BATCH') {
    const { cause, code, remedy } = outcome;
    handover.halt ??= { cause, reason: `HALT ${code}: ${remedy}` };
  } else if (outcome.kind === 'AMBIGUOUS') handover.inDoubt += 1;
  else if (outcome.kind !== 'RETRY_SAME_KEY') handover.handedOver += 1;
  if (outcome.kind === 'FAILED_FINAL' || outcome.kind === 'FAILED_RETRYABLE') handover.refused += 1;
}
