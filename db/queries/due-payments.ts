import { z } from 'zod';
import { ATTEMPT_STATES } from '../../domain/attempt.ts';
import type { Slice } from '../../domain/chunks.ts';
import { SENDS_PER_GENERATION_MAX } from '../../domain/limits.ts';
import type { Db } from '../client.ts';
import { amountColumn, countColumn, instantColumn, onlyRow } from '../rows.ts';

/**
 * What is to be handed over, and nothing else: unsent payments; deferred ones; ones in doubt that
 * still have sends left, whether a look-up is due or a worker died between writing and recording.
 */
const DUE = `
  (p.status = 'PENDING'
    or (p.status = 'PROCESSING' and a.status in ('SENDING', 'DEFERRED'))
    or (p.status = 'UNKNOWN' and p.failures < ${SENDS_PER_GENERATION_MAX}))`;

const fromDue = (joins = ''): string => `
  from payments p
  left join attempts a on a.payment_id = p.id and a.generation = p.generation${joins}
  where p.batch_id = $1 and p.status in ('PENDING', 'PROCESSING', 'UNKNOWN') and ${DUE}`;

const duePaymentRow = z.object({
  id: z.string(),
  chunk: z.number(),
  status: z.enum(['PENDING', 'PROCESSING', 'UNKNOWN']),
  generation: z.number(),
  failures: z.number(),
  account_ref: z.string(),
  amount_minor: amountColumn,
  currency: z.string(),
  updated_at: z.string(),
  attempt_status: z.enum(ATTEMPT_STATES).nullable(),
  attempt_created_at: instantColumn.nullable(),
  provider_payment_id: z.string().nullable(),
  request_sealed: z.string().nullable(),
  /** What signed this very generation; an unsent payment's last attempt is of the one before. */
  group_id: z.string().nullable(),
  account_id: z.string(),
  payee_name: z.string().nullable(),
  details_sealed: z.string().nullable(),
});
export type DuePayment = z.infer<typeof duePaymentRow>;

/** Who is paid and where to, beyond the reference of the account; read only where it is needed. */
const ACCOUNT = {
  columns: 'y.full_name as payee_name, c.details_sealed',
  from: `
  left join payees y on y.id = p.payee_id
  left join accounts c on c.id = p.account_id and c.account_ref = p.account_ref`,
};
const NO_ACCOUNT = { columns: 'null as payee_name, null as details_sealed', from: '' };

/** The payments of a slice that are due now, in order; `withAccounts`: with name and details. */
export function loadDuePayments(
  db: Db,
  batchId: string,
  slice: Slice,
  withAccounts: boolean,
): Promise<DuePayment[]> {
  const account = withAccounts ? ACCOUNT : NO_ACCOUNT;
  return db.run(
    duePaymentRow,
    `select p.id, p.chunk, p.status, p.generation, p.failures, p.account_ref, p.amount_minor, p.currency,
       p.updated_at::text as updated_at, a.status as attempt_status, a.created_at as attempt_created_at, p.provider_payment_id,
       a.request_sealed, case when p.status <> 'PENDING' then a.group_id end as group_id, p.account_id, ${account.columns}
     ${fromDue(account.from)} and p.chunk between $2 and $3 and p.account_ref is not null and (p.due_at is null or p.due_at <= now())
     order by p.ordinal`,
    [batchId, slice.fromChunk, slice.toChunk],
  );
}

/** The numbers of all chunks with something due, now or after a wait, in order. */
export async function chunksWithDue(db: Db, batchId: string): Promise<number[]> {
  const rows = await db.run(
    z.object({ chunk: z.number() }),
    `select distinct p.chunk ${fromDue()} order by p.chunk`,
    [batchId],
  );
  return rows.map(({ chunk }) => chunk);
}

/**
 * What a slice leaves behind for a later try: how many, and the wait until the first is due. Nothing
 * where the batch was paused, cancelled or taken off the slot meanwhile.
 */
export async function leftBehind(db: Db, batchId: string, slice: Slice) {
  const rows = await db.run(
    z.object({ payments: countColumn, wait_ms: z.number().nullable() }),
    `select count(*) as payments,
       greatest(0, extract(epoch from min(coalesce(p.due_at, now())) - now()) * 1000)::float8 as wait_ms
     ${fromDue()} and p.chunk between $2 and $3 and exists (
       select 1 from batches b where b.id = $1 and b.status = 'PROCESSING' and b.paused_at is null
         and b.cancel_requested_at is null)`,
    [batchId, slice.fromChunk, slice.toChunk],
  );
  const { payments, wait_ms } = onlyRow(rows);
  return { payments, waitMs: wait_ms ?? 0 };
}
