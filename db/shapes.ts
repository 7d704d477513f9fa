import type { BuildQueryResult, DBQueryConfig, ExtractTablesWithRelations } from 'drizzle-orm';
import type * as schema from './schema/index.ts';

type Tables = ExtractTablesWithRelations<typeof schema>;
type Shape<Name extends keyof Tables> = DBQueryConfig<'many', true, Tables, Tables[Name]>;
type RowOf<Name extends keyof Tables, Config extends Shape<Name>> = BuildQueryResult<
  Tables,
  Tables[Name],
  Config
>;

const FIRST_PAGE_ROWS = 50;
const DETAIL_ROWS_MAX = 1_000;

/** A batch with the first page of its payments and the newest of its own audit rows. */
export const BATCH_WITH_PAYMENTS = {
  with: {
    payments: { orderBy: (payment, { asc }) => asc(payment.ordinal), limit: FIRST_PAGE_ROWS + 1 },
    auditLogs: {
      where: (row, { isNull }) => isNull(row.paymentId),
      orderBy: (row, { desc }) => desc(row.id),
      limit: 100,
    },
  },
} as const satisfies Shape<'batches'>;
export type BatchWithPayments = RowOf<'batches', typeof BATCH_WITH_PAYMENTS>;

/** A payment with all that explains it; of very many commissions the first 1,000. */
export const PAYMENT_WITH_DETAILS = {
  with: {
    attempts: { orderBy: (attempt, { asc }) => asc(attempt.generation) },
    account: true,
    batch: true,
    payee: { columns: { id: true, externalId: true, fullName: true } },
    auditLogs: { orderBy: (row, { asc }) => asc(row.id), limit: DETAIL_ROWS_MAX },
  },
} as const satisfies Shape<'payments'>;
export type PaymentWithDetails = RowOf<'payments', typeof PAYMENT_WITH_DETAILS>;

/** A batch as lists show it: its row without what only the detail view needs. */
export const BATCH_LIST_VIEW = {
  columns: { queueRank: false, executeRequestedAt: false, deletedAt: false },
} as const satisfies Shape<'batches'>;
export type BatchListRow = RowOf<'batches', typeof BATCH_LIST_VIEW>;
