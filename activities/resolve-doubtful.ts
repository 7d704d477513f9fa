import { paymentReference } from '../domain/ids.ts';
import { isFound } from '../domain/found.ts';
import { DOUBT_CASE_AFTER_MS } from '../domain/limits.ts';
import type { LookupResult } from '../domain/outcome.ts';
import { raiseAlarms } from '../db/queries/alarms.ts';
import { openCases, type NewCase } from '../db/queries/cases.ts';
import { doubtfulPayments, toLookupOrder, type OpenPayment } from '../db/queries/open-payments.ts';
import { toVerdict, type Verdict } from '../db/queries/record-outcomes.ts';
import { recordFound } from '../db/queries/record-found.ts';
import { loadBatch } from '../db/queries/slot.ts';
import type { Provider } from '../providers/port.ts';
import { askBySending } from './ask-by-sending.ts';
import { beating } from './beating.ts';
import { bookPartials } from './book-partials.ts';
import { providerNamed, type BatchRef, type Deps } from './deps.ts';
import { lookupPage } from './lookup-page.ts';

export interface Resolved {
  /** Payments of the batch that are still in doubt. */
  left: number;
}

/**
 * Looks up the payments of a batch that no slice looks at any more, and records a verdict where the
 * provider gives one: what it has, is adopted; what it does not have after its quiet time, was never
 * created and is given up. What stays in doubt for hours, or can no longer be asked safely, is a case
 * for a person. A paused batch keeps its own, since its slices will go on with them.
 */
export const makeResolveDoubtful = ({ db, vault, providers }: Deps) =>
  async function resolveDoubtful({ batchId }: BatchRef): Promise<Resolved> {
    const batch = await loadBatch(db, batchId);
    if (!batch || batch.status === 'QUEUED') return { left: 0 };
    const provider = providerNamed(providers, batch.provider);
    const limit = lookupPage(provider);
    let left = 0;
    const work = async () => {
      let afterId = '';
      for (;;) {
        const page = await doubtfulPayments(db, batchId, afterId, limit);
        left += page.length - (await resolve({ db, vault }, provider, page));
        const last = page.at(-1);
        if (!last || page.length < limit) return;
        afterId = last.id;
      }
    };
    await beating(() => left, work);
    return { left };
  };

/** How many of the page have their verdict now. */
async function resolve(
  deps: Pick<Deps, 'db' | 'vault'>,
  provider: Provider,
  page: readonly OpenPayment[],
): Promise<number> {
  if (page.length === 0) return 0;
  const { db } = deps;
  const found = await lookUp(deps, provider, page);
  const read = page.map((payment) => {
    const outcome: LookupResult = found.get(paymentReference(payment.id, payment.generation)) ?? {
      kind: 'AMBIGUOUS',
      code: 'not_looked_up',
    };
    return { payment, outcome, verdict: judge(provider, payment, outcome) };
  });
  await raiseAlarms(
    db,
    provider.name,
    read.map(({ payment: { id, generation, batch_id }, outcome }) => ({
      paymentId: id,
      generation,
      batchId: batch_id,
      outcome,
    })),
  );
  const verdicts = read.flatMap(({ verdict }) => verdict ?? []);
  const recorded = await recordFound(db, verdicts);
  await bookPartials(db, read);
  const overdue = read.filter(
    ({ payment, outcome, verdict }) => !verdict && needsPerson(provider, payment, outcome),
  );
  await openCases(
    db,
    overdue.map(({ payment, outcome }) => toCase(provider, payment, outcome)),
  );
  return new Set(recorded.map(({ id }) => id)).size;
}

/** Asks for all of them, and by sending once more for those that cannot be found otherwise. */
async function lookUp(
  deps: Pick<Deps, 'db' | 'vault'>,
  provider: Provider,
  page: readonly OpenPayment[],
): Promise<Map<string, LookupResult>> {
  const found = await provider.lookup(page.map(toLookupOrder));
  const open = page.filter(
    ({ id, generation }) => found.get(paymentReference(id, generation))?.kind === 'AMBIGUOUS',
  );
  return new Map([...found, ...(await askBySending(deps, provider, open))]);
}

/** The provider's word, or proof that it never had the payment; null while there is neither. */
function judge(provider: Provider, payment: OpenPayment, outcome: LookupResult): Verdict | null {
  const attempt = {
    paymentId: payment.id,
    generation: payment.generation,
    failures: payment.failures,
  };
  if (isFound(outcome)) return toVerdict(attempt, outcome);
  const quiet = payment.quiet_ms >= provider.capabilities.quietTimeMs;
  if (outcome.kind !== 'ABSENT' || !quiet || isKeyTooOld(provider, payment)) return null;
  return {
    ...toVerdict(attempt, { kind: 'AMBIGUOUS', code: 'absent' }),
    verdict: 'EXHAUSTED',
    failureReason: 'The provider never created this payment, and no try is left; nothing was paid.',
    burnsRetry: false,
  };
}

/**
 * What has been in doubt for hours; and what the provider no longer has, or cannot be asked about,
 * since its key is too old to be sent once more: nobody but a person can tell then.
 */
function needsPerson(provider: Provider, payment: OpenPayment, outcome: LookupResult): boolean {
  if (payment.quiet_ms >= DOUBT_CASE_AFTER_MS) return true;
  if (payment.quiet_ms < provider.capabilities.quietTimeMs) return false;
  const lost =
    outcome.kind === 'ABSENT' ||
    (outcome.kind === 'AMBIGUOUS' && provider.capabilities.doubt === 'resend');
  return lost && isKeyTooOld(provider, payment);
}

function isKeyTooOld({ capabilities }: Provider, { attempt_created_at }: OpenPayment): boolean {
  const { idempotencyWindowMs } = capabilities;
  return (
    idempotencyWindowMs > 0 && Date.now() - attempt_created_at.getTime() >= idempotencyWindowMs
  );
}

const toCase = (provider: Provider, payment: OpenPayment, outcome: LookupResult): NewCase => ({
  kind: 'unknown_outcome',
  severity: 'high',
  subject: paymentReference(payment.id, payment.generation),
  summary:
    outcome.kind === 'ABSENT'
      ? 'The provider does not have the payment, and its key is too old to be sure; say whether it was paid.'
      : 'Nobody can tell whether the payment was made; ask the provider and record its verdict.',
  provider: provider.name,
  batchId: payment.batch_id,
  paymentId: payment.id,
  details: { found: outcome.kind, code: outcome.kind === 'AMBIGUOUS' ? outcome.code : null },
});
