import { Context } from '@temporalio/activity';
import { paymentReference } from '../domain/ids.ts';
import type { Db } from '../db/client.ts';
import { doubtfulPayments, toLookupOrder, type OpenPayment } from '../db/queries/open-payments.ts';
import { recordOutcomes, toVerdict, type Verdict } from '../db/queries/record-outcomes.ts';
import { loadBatch } from '../db/queries/slot.ts';
import type { LookupResult } from '../domain/outcome.ts';
import type { Provider } from '../providers/port.ts';
import { providerNamed, type BatchRef, type Deps } from './deps.ts';

const PAGE = 500;

export interface Resolved {
  /** Payments of the batch that are still in doubt. */
  left: number;
}

/**
 * Looks up the payments of a batch that no slice looks at any more, and records a verdict where the
 * provider gives one: what it has, is adopted; what it does not have after its quiet time, was never
 * created and is given up. A paused batch keeps its own, since its slices will go on with them.
 */
export const makeResolveDoubtful = ({ db, providers }: Deps) =>
  async function resolveDoubtful({ batchId }: BatchRef): Promise<Resolved> {
    const batch = await loadBatch(db, batchId);
    if (!batch || batch.status === 'QUEUED') return { left: 0 };
    const provider = providerNamed(providers, batch.provider);
    let left = 0;
    let afterId = '';
    for (;;) {
      const page = await doubtfulPayments(db, batchId, afterId, PAGE);
      left += page.length - (await resolve(db, provider, page));
      Context.current().heartbeat(left);
      const last = page.at(-1);
      if (!last || page.length < PAGE) return { left };
      afterId = last.id;
    }
  };

/** How many of the page have their verdict now. */
async function resolve(db: Db, provider: Provider, page: readonly OpenPayment[]): Promise<number> {
  if (page.length === 0) return 0;
  const found = await provider.lookup(page.map(toLookupOrder));
  const verdicts = page.flatMap((payment) => {
    const verdict = judge(
      provider,
      payment,
      found.get(paymentReference(payment.id, payment.generation)),
    );
    return verdict ? [verdict] : [];
  });
  return (await recordOutcomes(db, verdicts, null)).length;
}

function judge(
  provider: Provider,
  payment: OpenPayment,
  result: LookupResult | undefined,
): Verdict | null {
  const attempt = {
    paymentId: payment.id,
    generation: payment.generation,
    failures: payment.failures,
  };
  if (!result || result.kind === 'AMBIGUOUS') return null;
  if (result.kind !== 'ABSENT') return toVerdict(attempt, result);
  if (payment.quiet_ms < provider.capabilities.quietTimeMs) return null;
  return {
    ...toVerdict(attempt, { kind: 'AMBIGUOUS', code: 'absent' }),
    verdict: 'EXHAUSTED',
    failureReason: 'The provider never created this payment, and no try is left; nothing was paid.',
    burnsRetry: false,
  };
}
