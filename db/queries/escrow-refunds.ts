import { z } from 'zod';
import type { Db } from '../client.ts';
import { amountColumn, instantColumn } from '../rows.ts';

const takenRow = z.object({
  recipientId: z.string(),
  affiliateId: z.string(),
  platformFee: z.number(),
  taxWithheld: z.number(),
  net: z.number(),
});

const refundRow = z.object({
  id: z.string(),
  external_id: z.string(),
  release_id: z.string(),
  batch_id: z.string(),
  escrow_id: z.string(),
  milestone_id: z.string().nullable(),
  currency: z.string(),
  amount_minor: amountColumn,
  platform_fee_minor: amountColumn,
  tax_minor: amountColumn,
  reason: z.string(),
  created_by: z.string(),
  created_at: instantColumn,
  taken: z.array(takenRow),
});
export type RefundRow = z.infer<typeof refundRow>;

const REFUND = `
  select f.id, f.external_id, f.release_id, r.batch_id, r.escrow_id, r.milestone_id, r.currency, f.amount_minor,
    f.platform_fee_minor, f.tax_minor, f.reason, f.created_by, f.created_at,
    (select coalesce(json_agg(json_build_object('recipientId', s.recipient_id, 'affiliateId', s.payee_id,
       'platformFee', t.platform_fee_minor, 'taxWithheld', t.tax_minor, 'net', t.net_minor) order by s.ordinal), '[]')
     from escrow_refund_shares t join escrow_shares s on s.id = t.share_id where t.refund_id = f.id) as taken
  from escrow_refunds f join escrow_releases r on r.id = f.release_id`;

/** A refund by the platform's own id, with what it took of each recipient; null where there is none. */
export async function findRefund(db: Db, externalId: string): Promise<RefundRow | null> {
  const rows = await db.run(refundRow, `${REFUND} where f.external_id = $1`, [externalId]);
  return rows[0] ?? null;
}

export interface RefundFilter {
  escrowId?: string | undefined;
  /** Only refunds made before this one: the last of the page before. */
  before?: string | undefined;
  limit: number;
}

/** Refunds, newest first. */
export const listRefunds = (db: Db, filter: RefundFilter): Promise<RefundRow[]> =>
  db.run(
    refundRow,
    `${REFUND} where ($1::text is null or r.escrow_id = $1) and ($2::text is null or f.id < $2)
     order by f.id desc limit $3`,
    [filter.escrowId ?? null, filter.before ?? null, filter.limit],
  );
