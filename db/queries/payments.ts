import { and, asc, desc, eq, gt, gte, lt, lte, or, sql } from 'drizzle-orm';
import { parseReference } from '../../domain/ids.ts';
import type { PaymentState } from '../../domain/payment.ts';
import type { Db } from '../client.ts';
import { batches } from '../schema/batches.ts';
import { payees } from '../schema/payees.ts';
import { payments } from '../schema/payments.ts';
import { webhookEvents } from '../schema/webhook-events.ts';
import { PAYMENT_WITH_DETAILS, type PaymentWithDetails } from '../shapes.ts';

export type PaymentRow = typeof payments.$inferSelect;

export interface PaymentFilter {
  status?: PaymentState | undefined;
  affiliateId?: string | undefined;
  provider?: string | undefined;
  minMinor?: bigint | undefined;
  maxMinor?: bigint | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  /** A payment's id or reference, the provider's id, an account reference, or a payee's email or external id. */
  q?: string | undefined;
  /** Only ids below: the last one of the page before. */
  before?: string | undefined;
  batchId?: string | undefined;
  limit: number;
}

/** Payments of batches that were not deleted, newest first. */
export const listPayments = (db: Db, filter: PaymentFilter): Promise<PaymentRow[]> =>
  db.orm
    .select()
    .from(payments)
    .where(
      and(
        filter.status && eq(payments.status, filter.status),
        filter.batchId ? eq(payments.batchId, filter.batchId) : undefined,
        filter.affiliateId ? eq(payments.payeeId, filter.affiliateId) : undefined,
        filter.provider ? eq(payments.provider, filter.provider) : undefined,
        filter.minMinor === undefined ? undefined : gte(payments.amountMinor, filter.minMinor),
        filter.maxMinor === undefined ? undefined : lte(payments.amountMinor, filter.maxMinor),
        filter.from && gte(payments.createdAt, filter.from),
        filter.to && lt(payments.createdAt, filter.to),
        filter.q ? matches(filter.q) : undefined,
        filter.before ? lt(payments.id, filter.before) : undefined,
        sql`not exists (select 1 from ${batches} where ${batches.id} = ${payments.batchId} and ${batches.deletedAt} is not null)`,
      ),
    )
    .orderBy(desc(payments.id))
    .limit(filter.limit);

const matches = (words: string) =>
  or(
    eq(payments.id, parseReference(words)?.paymentId ?? words),
    eq(payments.providerPaymentId, words),
    eq(payments.accountRef, words),
    sql`${payments.payeeId} in (select ${payees.id} from ${payees} where ${or(eq(payees.email, words), eq(payees.externalId, words), eq(payees.id, words))})`,
  );

/** Payments of one batch in the order of their places, after place `after`. */
export function listBatchPayments(
  db: Db,
  batchId: string,
  filter: { status?: PaymentState | undefined; after?: number | undefined; limit: number },
): Promise<PaymentRow[]> {
  return db.orm
    .select()
    .from(payments)
    .where(
      and(
        eq(payments.batchId, batchId),
        filter.status && eq(payments.status, filter.status),
        filter.after === undefined ? undefined : gt(payments.ordinal, filter.after),
      ),
    )
    .orderBy(asc(payments.ordinal))
    .limit(filter.limit);
}

/** A payment with its attempts, account, batch and audit rows; null where it is not there. */
export async function findPayment(db: Db, id: string): Promise<PaymentWithDetails | null> {
  const row = await db.orm.query.payments.findFirst({
    ...PAYMENT_WITH_DETAILS,
    where: eq(payments.id, id),
  });
  return row && row.batch.deletedAt === null ? row : null;
}

/** Events that named this payment, as they came; at most 1,000. */
export const listPaymentEvents = (db: Db, paymentId: string) =>
  db.orm
    .select()
    .from(webhookEvents)
    .where(eq(webhookEvents.paymentId, paymentId))
    .orderBy(asc(webhookEvents.receivedAt))
    .limit(1_000);
