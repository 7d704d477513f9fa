import { newId } from '../../../db/new-id.ts';
import { SYSTEM } from '../../../db/queries/actor.ts';
import { recordOutcomes, toVerdict } from '../../../db/queries/record-outcomes.ts';
import { refundRelease } from '../../../db/queries/refund-release.ts';
import type { NewRelease } from '../../../db/queries/schedule-release.ts';
import { inTransaction } from '../../../db/transaction.ts';
import { expect } from 'vitest';
import { z } from 'zod';
import { returnedOutcome } from '../../support/listing-provider.ts';
import { insertPayee, insertProject, releaseTo, schedule } from '../../support/releases.ts';
import { sentPayments, type SentPayment } from '../../support/sent-payments.ts';
import type { TestApi } from './test-api.ts';

/** A line of the ledger as the API answers it. */
export interface Line {
  entryId: string;
  line: number;
  account: string;
  side: string;
  amount: number;
  currency: string;
  payeeId: string | null;
  paymentId: string | null;
  batchId: string | null;
  escrowId: string | null;
  corrects: string | null;
  createdAt: string;
}

/** The first thousand lines that a query finds. */
export async function entriesOf(api: TestApi, query: string): Promise<Line[]> {
  const answer = await api.get(`/ledger/entries?limit=1000&${query}`);
  expect([query, answer.status]).toEqual([query, 200]);
  return answer.list('entries') as Line[];
}

/** Payments of one batch that were paid, 10,000 each. */
export const paidPayments = (api: TestApi, count: number): Promise<SentPayment[]> =>
  sentPayments(api.db, count, (providerPaymentId) => ({ kind: 'SETTLED', providerPaymentId }));

export async function paidPayment(api: TestApi): Promise<SentPayment> {
  const [payment] = await paidPayments(api, 1);
  if (!payment) throw new Error('no payment');
  return payment;
}

/** All of a paid payment comes back. */
export function comesBack(api: TestApi, { id, providerPaymentId }: SentPayment): Promise<unknown> {
  const payment = { paymentId: id, generation: 1, failures: 0 };
  return recordOutcomes(api.db, [toVerdict(payment, returnedOutcome(providerPaymentId))], null);
}

/**
 * A release of 1,000 and 3,000 to two payees; with fees of 100 and 300 and a unit of tax each it is
 * 4,402. Its batch waits for an approval, so that it does not stand before others in the queue.
 */
export async function newRelease(
  api: TestApi,
): Promise<NewRelease & { payeeIds: [string, string] }> {
  const payeeIds: [string, string] = [await insertPayee(api.db), await insertPayee(api.db)];
  const shares = payeeIds.map((payeeId, place) => ({ payeeId, netMinor: place ? 3_000n : 1_000n }));
  const project = await insertProject(api.db);
  const release = await schedule(api.db, releaseTo(project, shares, { requiredApprovals: 1 }));
  return { ...release, payeeIds };
}

/** Gives so much of a release back; answers the refund's id. */
export async function refundOf(
  api: TestApi,
  { escrowId }: NewRelease,
  amountMinor: bigint,
): Promise<string> {
  const id = newId('refund');
  const asked = { id, externalId: id, escrowId, milestoneId: null, amountMinor };
  await refundRelease(api.db, { ...asked, reason: 'a test', actor: SYSTEM });
  return id;
}

/** Changes rows past all triggers, as only an owner of the database could. */
export const tamper = (api: TestApi, ...statements: string[]): Promise<void> =>
  inTransaction(api.db, 5_000, async (tx) => {
    await tx.run(z.unknown(), 'set local session_replication_role = replica');
    for (const statement of statements) await tx.run(z.unknown(), statement);
  });
