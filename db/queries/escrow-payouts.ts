import { z } from 'zod';
import { BATCH_STATES } from '../../domain/batch.ts';
import { HOLD_REASONS, PAYMENT_STATES } from '../../domain/payment.ts';
import type { Db } from '../client.ts';
import { amountColumn, countColumn, instantColumn } from '../rows.ts';

const releaseRow = z.object({
  id: z.string(),
  batch_id: z.string(),
  escrow_id: z.string(),
  project_id: z.string(),
  milestone_id: z.string().nullable(),
  model_version: z.number(),
  currency: z.string(),
  amount_minor: amountColumn,
  distributed_minor: amountColumn,
  platform_fee_minor: amountColumn,
  tax_minor: amountColumn,
  refunded_minor: amountColumn,
  shares: countColumn,
  created_at: instantColumn,
  status: z.enum(BATCH_STATES).nullable(),
  executed: z.boolean(),
  provider: z.string().nullable(),
  scheduled_for: instantColumn.nullable(),
  paid_count: countColumn,
  other_count: countColumn,
});
export type ReleaseRow = z.infer<typeof releaseRow>;

const RELEASE = `
  select r.id, r.batch_id, r.escrow_id, r.project_id, r.milestone_id, r.model_version, r.currency, r.amount_minor,
    r.distributed_minor, r.platform_fee_minor, r.tax_minor, r.created_at,
    coalesce((select sum(f.amount_minor) from escrow_refunds f where f.release_id = r.id), 0)::bigint as refunded_minor,
    (select count(*) from escrow_shares s where s.release_id = r.id) as shares,
    b.status, b.executed_at is not null as executed, b.provider, b.scheduled_for, t.paid_count, t.other_count
  from escrow_releases r
  left join batches b on b.id = r.batch_id
  left join lateral (
    select count(*) filter (where p.status = 'COMPLETED') as paid_count,
      count(*) filter (where p.status <> 'COMPLETED') as other_count
    from payments p where p.batch_id = r.batch_id) t on true`;

/** The release that a batch pays out, with where it stands; null where there is none. */
export async function findRelease(db: Db, batchId: string): Promise<ReleaseRow | null> {
  const rows = await db.run(releaseRow, `${RELEASE} where r.batch_id = $1`, [batchId]);
  return rows[0] ?? null;
}

export interface ReleaseFilter {
  escrowId?: string | undefined;
  projectId?: string | undefined;
  /** Only releases made before this one: the last of the page before. */
  before?: string | undefined;
  limit: number;
}

/** Releases, newest first. */
export const listReleases = (db: Db, filter: ReleaseFilter): Promise<ReleaseRow[]> =>
  db.run(
    releaseRow,
    `${RELEASE}
     where ($1::text is null or r.escrow_id = $1) and ($2::text is null or r.project_id = $2)
       and ($3::text is null or r.id < $3)
     order by r.id desc limit $4`,
    [filter.escrowId ?? null, filter.projectId ?? null, filter.before ?? null, filter.limit],
  );

const shareRow = z.object({
  id: z.string(),
  ordinal: z.number(),
  recipient_id: z.string(),
  payee_id: z.string(),
  gross_minor: amountColumn,
  platform_fee_minor: amountColumn,
  tax_minor: amountColumn,
  net_minor: amountColumn,
  netted_minor: amountColumn,
  refunded_minor: amountColumn,
  payment_id: z.string().nullable(),
  status: z.enum(PAYMENT_STATES).nullable(),
  hold_reason: z.enum(HOLD_REASONS).nullable(),
  failure_code: z.string().nullable(),
  failure_reason: z.string().nullable(),
  provider_payment_id: z.string().nullable(),
  attempts: z.number().nullable(),
  submitted_at: instantColumn.nullable(),
  completed_at: instantColumn.nullable(),
});
export type ShareRow = z.infer<typeof shareRow>;

/**
 * The shares of a release by their place, after place `after`, each with the payment that carries it
 * now, or carried it last: what came back may have been paid again by another one.
 */
export const listShares = (
  db: Db,
  releaseId: string,
  after: number,
  limit: number,
): Promise<ShareRow[]> =>
  db.run(
    shareRow,
    `select s.id, s.ordinal, s.recipient_id, s.payee_id, s.gross_minor, s.platform_fee_minor, s.tax_minor,
       s.net_minor, s.netted_minor, p.id as payment_id, p.status, p.hold_reason, p.failure_code, p.failure_reason,
       p.provider_payment_id, p.generation as attempts, p.submitted_at, p.completed_at,
       coalesce((select sum(f.net_minor + f.platform_fee_minor + f.tax_minor) from escrow_refund_shares f
         where f.share_id = s.id), 0)::bigint as refunded_minor
     from escrow_shares s
     left join commissions c on c.id = s.commission_id
     left join payables b on b.id = c.payable_id
     left join payments p on p.id = coalesce(b.payment_id, s.payment_id)
     where s.release_id = $1 and s.ordinal > $2 order by s.ordinal limit $3`,
    [releaseId, after, limit],
  );
