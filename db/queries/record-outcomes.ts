import { z } from 'zod';
import { retryDelayMs } from '../../domain/attempt.ts';
import type { LookupResult, Outcome } from '../../domain/outcome.ts';
import { PAYMENT_STATES } from '../../domain/payment.ts';
import type { Db } from '../client.ts';
import { recordStatement } from './record-statement.ts';

/** A verdict on one attempt, ready to be recorded. `delayMs` is the wait before the next try. */
export interface Verdict {
  paymentId: string;
  generation: number;
  verdict: 'ACCEPTED' | 'SETTLED' | 'FAILED' | 'DEFERRED' | 'UNKNOWN' | 'EXHAUSTED' | 'RETURNED';
  providerPaymentId: string | null;
  providerCode: string | null;
  failureCode: string | null;
  failureReason: string | null;
  burnsRetry: boolean;
  delayMs: number;
  /** A failed payment is tried again by itself while it had fewer later generations than this. */
  laterRetriesMax: number;
  /** Whether the account must be corrected before it is paid again. */
  blocksAccount: boolean;
}

/** As often as it takes. */
const UNLIMITED = 2_147_483_647;

interface Attempted {
  paymentId: string;
  generation: number;
  /** Failed sends before this one; the waits double with them. */
  failures: number;
}

/** Turns what a provider said about an attempt into what is recorded. ABSENT is for callers to judge. */
export function toVerdict(
  attempt: Attempted,
  outcome: Exclude<LookupResult, { kind: 'ABSENT' }>,
): Verdict {
  const base = {
    paymentId: attempt.paymentId,
    generation: attempt.generation,
    providerPaymentId: null,
    providerCode: null,
    failureCode: null,
    failureReason: null,
    burnsRetry: false,
    delayMs: 0,
    laterRetriesMax: 0,
    blocksAccount: false,
  };
  switch (outcome.kind) {
    case 'ACCEPTED':
    case 'SETTLED':
      return { ...base, verdict: outcome.kind, providerPaymentId: outcome.providerPaymentId };
    case 'PARTLY_RETURNED':
      return { ...base, verdict: 'SETTLED', providerPaymentId: outcome.providerPaymentId };
    case 'FAILED_FINAL':
      return { ...base, ...failed(outcome), verdict: 'FAILED' };
    case 'FAILED_RETRYABLE':
      return {
        ...base,
        ...failed(outcome),
        verdict: 'FAILED',
        delayMs: outcome.retry.afterMs,
        laterRetriesMax: outcome.retry.times ?? UNLIMITED,
      };
    case 'RETURNED':
      return { ...base, ...failed(outcome), verdict: 'RETURNED' };
    case 'AMBIGUOUS':
      return {
        ...base,
        verdict: 'UNKNOWN',
        providerCode: outcome.code,
        failureCode: 'outcome_unknown',
        failureReason: `The provider did not give a clear answer (${outcome.code}); it is looked up.`,
        burnsRetry: true,
        delayMs: retryDelayMs(attempt.failures + 1),
      };
    case 'RETRY_SAME_KEY':
      return {
        ...base,
        verdict: 'DEFERRED',
        providerCode: outcome.code,
        failureReason: `The provider refused four times (${outcome.code}); nothing was sent.`,
        burnsRetry: outcome.burnsRetry,
        delayMs: outcome.retryAfterMs ?? retryDelayMs(attempt.failures + 1),
      };
    case 'HALT_BATCH':
      return { ...base, verdict: 'DEFERRED', providerCode: outcome.code };
  }
}

const failed = (outcome: Extract<Outcome, { failure: unknown }>) => ({
  providerPaymentId: outcome.providerPaymentId,
  providerCode: outcome.failure.providerCode,
  failureCode: outcome.failure.code,
  failureReason: outcome.failure.operatorRemedy,
  blocksAccount: outcome.failure.blocksAccount ?? false,
});

const changedRow = z.object({
  id: z.string(),
  batch_id: z.string(),
  was: z.enum(PAYMENT_STATES),
  now: z.enum(PAYMENT_STATES),
});

/**
 * Records verdicts of one batch's payments, all in one statement. With a `fence`, only those that
 * this fence still owns: a zombie's late answer changes nothing. Answers what changed. Safe to repeat.
 */
export const recordOutcomes = (db: Db, verdicts: readonly Verdict[], fence: string | null) =>
  verdicts.length === 0
    ? Promise.resolve([])
    : db.run(
        changedRow,
        `with input as (
           select id, generation, verdict, provider_payment_id, provider_code, failure_code, failure_reason,
             burns = 1 as burns, delay_ms, retries, blocks = 1 as blocks
           from unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
             $9::int[], $10::float8[], $11::int[], $12::int[])
             as i (id, generation, verdict, provider_payment_id, provider_code, failure_code, failure_reason, burns, delay_ms, retries, blocks)
         ), ${recordStatement('$1::text is null or (j.fence = $1 and p.fence is not distinct from j.fence)')}
         select id, batch_id, was, now from changed`,
        [
          fence,
          verdicts.map((verdict) => verdict.paymentId),
          verdicts.map((verdict) => verdict.generation),
          verdicts.map((verdict) => verdict.verdict),
          verdicts.map((verdict) => verdict.providerPaymentId),
          verdicts.map((verdict) => verdict.providerCode),
          verdicts.map((verdict) => verdict.failureCode),
          verdicts.map((verdict) => verdict.failureReason),
          verdicts.map((verdict) => Number(verdict.burnsRetry)),
          verdicts.map((verdict) => verdict.delayMs),
          verdicts.map((verdict) => verdict.laterRetriesMax),
          verdicts.map((verdict) => Number(verdict.blocksAccount)),
        ],
      );
