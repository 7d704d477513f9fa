import { z } from 'zod';
import type { Runner } from './runner.ts';

/** A commission as a caller gives it. The payee is named by our id or by the caller's. */
export interface NewCommission {
  externalId: string;
  affiliateId?: string | undefined;
  affiliateExternalId?: string | undefined;
  amountMinor: bigint;
  currency: string;
  status: 'PENDING' | 'APPROVED';
  earnedAt?: Date | undefined;
  availableAt?: Date | undefined;
  description?: string | undefined;
}

/** What a commission is found to be, before anything is changed. */
export type CheckedCommission =
  | { kind: 'new'; payeeId: string }
  | { kind: 'same'; id: string | null }
  | { kind: 'conflict'; field: string }
  | { kind: 'unknown_affiliate' };

const foundRow = z.object({
  payee_id: z.string().nullable(),
  id: z.string().nullable(),
  owner_id: z.string().nullable(),
  amount_minor: z.bigint().nullable(),
  currency: z.string().nullable(),
  earned_ms: z.number().nullable(),
  available_ms: z.number().nullable(),
  description: z.string().nullable(),
});

/**
 * Holds at most 1,000 commissions against the payees and commissions that are there, and against
 * each other, in one query. What a caller leaves out is not compared.
 */
export async function checkCommissions(
  db: Runner,
  items: readonly NewCommission[],
): Promise<CheckedCommission[]> {
  const rows = await db.run(
    foundRow,
    `select coalesce(by_id.id, by_name.id) as payee_id, c.id, c.payee_id as owner_id, c.amount_minor, c.currency,
       (extract(epoch from date_trunc('milliseconds', c.earned_at)) * 1000)::float8 as earned_ms,
       (extract(epoch from date_trunc('milliseconds', c.available_at)) * 1000)::float8 as available_ms,
       c.description
     from unnest($1::text[], $2::text[], $3::text[]) with ordinality as i (external_id, payee_id, payee_external_id, place)
     left join payees by_id on by_id.id = i.payee_id
     left join payees by_name on by_name.external_id = i.payee_external_id
     left join commissions c on c.external_id = i.external_id
     order by i.place`,
    [
      items.map(({ externalId }) => externalId),
      items.map(({ affiliateId }) => affiliateId ?? null),
      items.map(({ affiliateExternalId }) => affiliateExternalId ?? null),
    ],
  );
  const seen = new Map<string, Content>();
  return items.map((item, index) => {
    const row = rows[index];
    if (!row?.payee_id) return { kind: 'unknown_affiliate' };
    const given = contentOf(item, row.payee_id);
    const before = row.id === null ? seen.get(item.externalId) : standingContent(row);
    if (!before) {
      seen.set(item.externalId, given);
      return { kind: 'new', payeeId: row.payee_id };
    }
    const field = differingField(given, before);
    return field ? { kind: 'conflict', field } : { kind: 'same', id: row.id };
  });
}

interface Content {
  affiliate: string | null;
  amount: bigint | null;
  currency: string | null;
  earnedAt: number | null | undefined;
  availableAt: number | null | undefined;
  description: string | null | undefined;
}

const contentOf = (item: NewCommission, payeeId: string): Content => ({
  affiliate: payeeId,
  amount: item.amountMinor,
  currency: item.currency,
  earnedAt: item.earnedAt?.getTime(),
  availableAt: item.availableAt?.getTime(),
  description: item.description,
});

const standingContent = (row: z.infer<typeof foundRow>): Content => ({
  affiliate: row.owner_id,
  amount: row.amount_minor,
  currency: row.currency,
  earnedAt: row.earned_ms,
  availableAt: row.available_ms,
  description: row.description,
});

const FIELDS = [
  'affiliate',
  'amount',
  'currency',
  'earnedAt',
  'availableAt',
  'description',
] as const;

const differingField = (given: Content, before: Content): string | undefined =>
  FIELDS.find((field) => given[field] !== undefined && given[field] !== before[field]);
