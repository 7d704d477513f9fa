import { createHash } from 'node:crypto';
import { paymentReference } from '../domain/ids.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Db } from '../db/client.ts';
import { claimAttempts } from '../db/queries/claim-attempts.ts';
import type { DuePayment } from '../db/queries/due-payments.ts';
import { recordOutcomes, toVerdict, type Verdict } from '../db/queries/record-outcomes.ts';
import { SEND_WINDOW_MS, type PreparedPayment, type Provider } from '../providers/port.ts';

interface Desk {
  db: Db;
  provider: Provider;
  batchId: string;
  /** Owns what this execution claims; another execution's late answers record nothing. */
  fence: string;
}

/** What became of a chunk. */
export interface Handover {
  handedOver: number;
  inDoubt: number;
  halt: string | null;
}

interface Ready {
  payment: DuePayment;
  generation: number;
  request: PreparedPayment;
}

/**
 * Hands over one chunk: looks up what is in doubt, writes the intent, calls the provider, records
 * what it said. Three round trips to the database
 * at most, two where nothing is in doubt.
 */
export async function handOverChunk(
  desk: Desk,
  payments: readonly DuePayment[],
): Promise<Handover> {
  const ready = payments.map((payment) => prepare(desk.provider, payment));
  const doubtful = ready.filter(({ payment }) => isDoubtful(payment));
  const absent = await lookUp(desk, doubtful);
  const sendable = ready.filter((item) => !isDoubtful(item.payment) || absent.has(item.payment.id));
  const startedMs = performance.now();
  const claimed = await claimAttempts(
    desk.db,
    desk.batchId,
    sendable.map(({ payment, generation, request }) => ({
      paymentId: payment.id,
      generation,
      requestHash: createHash('sha256').update(request.body).digest('hex'),
    })),
    desk.fence,
  );
  const sending = sendable.filter(({ payment }) => claimed.has(payment.id));
  if (sending.length === 0) return { handedOver: 0, inDoubt: 0, halt: null };
  return send(desk, sending, startedMs + SEND_WINDOW_MS);
}

/** A new generation for a fresh payment; the same key and bytes for one that has an open attempt. */
function prepare(provider: Provider, payment: DuePayment): Ready {
  const generation = payment.status === 'PENDING' ? payment.generation + 1 : payment.generation;
  const request = provider.prepare({
    reference: paymentReference(payment.id, generation),
    accountRef: payment.account_ref,
    amountMinor: payment.amount_minor,
    currency: payment.currency,
  });
  return { payment, generation, request };
}

/** In doubt: nobody recorded an answer, so the call may have gone out. */
const isDoubtful = ({ status, attempt_status }: DuePayment): boolean =>
  status === 'UNKNOWN' || (status === 'PROCESSING' && attempt_status === 'SENDING');

/**
 * Looks payments in doubt up and records what was found. Answers the ids that the provider does not
 * have and whose key it still honours: those may be sent again.
 */
async function lookUp({ db, provider }: Desk, doubtful: readonly Ready[]): Promise<Set<string>> {
  if (doubtful.length === 0) return new Set();
  const found = await provider.lookup(doubtful.map(({ request }) => request));
  const absent = new Set<string>();
  const verdicts: Verdict[] = [];
  for (const { payment, generation, request } of doubtful) {
    const result = found.get(request.reference) ?? { kind: 'AMBIGUOUS', code: 'not_looked_up' };
    const attempt = { paymentId: payment.id, generation, failures: payment.failures };
    if (result.kind !== 'ABSENT') verdicts.push(toVerdict(attempt, result));
    else if (keyIsHonoured(provider, payment)) absent.add(payment.id);
    else verdicts.push(toVerdict(attempt, { kind: 'AMBIGUOUS', code: 'key_too_old' }));
  }
  await recordOutcomes(db, verdicts, null);
  return absent;
}

const keyIsHonoured = (provider: Provider, { attempt_created_at }: DuePayment): boolean =>
  attempt_created_at !== null &&
  Date.now() - attempt_created_at.getTime() < provider.capabilities.idempotencyWindowMs;

async function send(
  { db, provider, fence }: Desk,
  sending: readonly Ready[],
  sendBeforeMs: number,
) {
  const outcomes = await provider.submit(
    sending.map(({ request }) => request),
    { sendBeforeMs },
  );
  const handover: Handover = { handedOver: 0, inDoubt: 0, halt: null };
  const verdicts = sending.map(({ payment, generation, request }) => {
    const outcome = outcomes.get(request.reference) ?? {
      kind: 'AMBIGUOUS',
      code: 'missing_in_answer',
    };
    count(handover, outcome);
    return toVerdict({ paymentId: payment.id, generation, failures: payment.failures }, outcome);
  });
  await recordOutcomes(db, verdicts, fence);
  return handover;
}

function count(handover: Handover, outcome: Outcome): void {
  if (outcome.kind === 'HALT_BATCH') handover.halt ??= `HALT ${outcome.code}: ${outcome.remedy}`;
  else if (outcome.kind === 'AMBIGUOUS') handover.inDoubt += 1;
  else if (outcome.kind !== 'RETRY_SAME_KEY') handover.handedOver += 1;
}
