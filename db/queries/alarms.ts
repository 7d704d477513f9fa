import { paymentReference } from '../../domain/ids.ts';
import type { Failure, LookupResult } from '../../domain/outcome.ts';
import type { Db } from '../client.ts';
import { openCases, type NewCase } from './cases.ts';

/** What a provider told about one payment: in an answer, a look-up or an event. */
export interface Told {
  paymentId: string;
  generation: number;
  /** Null where it is not known at hand. */
  batchId: string | null;
  outcome: LookupResult;
}

/**
 * What a person must hear of. A word that nobody knows is one case for its provider, however many
 * payments meet it; what concerns one payment alone is a case of its own.
 */
export function casesOf(provider: string, told: readonly Told[]): NewCase[] {
  const cases = new Map<string, NewCase>();
  for (const each of told) {
    const found = caseOf(provider, each);
    if (found) cases.set(`${found.kind} ${found.subject}`, found);
  }
  return [...cases.values()];
}

/** Opens the cases of what was told; no statement where there is none. Safe to repeat. */
export async function raiseAlarms(db: Db, provider: string, told: readonly Told[]): Promise<void> {
  const cases = casesOf(provider, told);
  if (cases.length > 0) await openCases(db, cases);
}

function caseOf(provider: string, { paymentId, generation, batchId, outcome }: Told) {
  const reference = paymentReference(paymentId, generation);
  const one = { provider, subject: reference, batchId, paymentId };
  if (outcome.kind === 'AMBIGUOUS') return doubtCase(outcome.code, one, reference);
  if (outcome.kind === 'FAILED_FINAL' || outcome.kind === 'FAILED_RETRYABLE')
    return failureCase(outcome.failure, one, reference);
  return null;
}

type About = Pick<NewCase, 'subject' | 'provider' | 'batchId' | 'paymentId'>;

function doubtCase(code: string, one: About, reference: string): NewCase | null {
  switch (code) {
    case 'unknown_status':
      return {
        kind: 'unknown_status',
        severity: 'medium',
        subject: one.provider ?? reference,
        summary: 'The provider uses a status word that this version does not know.',
        provider: one.provider ?? null,
        details: { example: reference },
      };
    case 'answer_mismatch':
      return {
        ...one,
        kind: 'wrong_answer',
        severity: 'high',
        summary: 'The provider told another id, amount or currency than that of the payment.',
        details: { code },
      };
    case 'two_transfers_for_one_reference':
      return {
        ...one,
        kind: 'contradiction',
        severity: 'critical',
        summary: 'The provider has more than one transfer for one reference of ours.',
        details: { code },
      };
    default:
      return null;
  }
}

function failureCase(failure: Failure, one: About, reference: string): NewCase | null {
  const { code, providerCode } = failure;
  if (code === 'provider_rejected') {
    return {
      kind: 'unknown_failure',
      severity: 'medium',
      subject: `${one.provider ?? ''}/${providerCode.slice(0, 100)}`,
      summary: 'The provider gives a reason of failure that this version does not know.',
      provider: one.provider ?? null,
      details: { providerCode: providerCode.slice(0, 100), example: reference },
    };
  }
  if (!code.startsWith('compliance')) return null;
  return {
    ...one,
    kind: 'compliance',
    severity: 'high',
    summary: 'The provider stopped a payment for compliance.',
    details: { code, providerCode: providerCode.slice(0, 100) },
  };
}
