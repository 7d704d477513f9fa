import { z } from 'zod';
import { CONVERSION_STATES, type ConversionState } from '../../domain/rules/conversion.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import type { Runner } from './runner.ts';

/**
 * A conversion as a caller gives it. Programme and affiliate are named by our id or by the caller's;
 * without a programme it is one of the default programme's.
 */
export interface NewConversion {
  externalId: string;
  programmeId?: string | undefined;
  programmeExternalId?: string | undefined;
  affiliateId?: string | undefined;
  affiliateExternalId?: string | undefined;
  amountMinor: bigint;
  currency: string;
  occurredAt: Date;
  clickedAt?: Date | undefined;
  status: ConversionState;
  /** All of it was given back then; null where it was not. */
  refundedAt: Date | null;
  test?: boolean | undefined;
  customer?: string | undefined;
  orderId?: string | undefined;
  source?: string | undefined;
  product?: string | undefined;
}

/** Whose a conversion is. The payee is null while nobody is registered under that external id. */
export interface ConversionOwner {
  programmeId: string;
  affiliateExternalId: string;
  payeeId: string | null;
}

/** What becomes of a conversion that stands. */
export interface ConversionStep {
  id: string;
  from: ConversionState;
  to: ConversionState;
  /** What is left of it is given back too. */
  refunds: boolean;
}

/** What a conversion is found to be, before anything is changed. */
export type CheckedConversion =
  | { kind: 'new'; owner: ConversionOwner }
  | { kind: 'same'; id: string | null }
  | { kind: 'step'; step: ConversionStep }
  | { kind: 'conflict'; field: string }
  | { kind: 'unknown'; field: 'programmeId' | 'affiliateId' };

const foundRow = z.object({
  found_programme_id: z.string().nullable(),
  found_payee_id: z.string().nullable(),
  found_affiliate: z.string().nullable(),
  id: z.string().nullable(),
  programme_id: z.string().nullable(),
  affiliate_external_id: z.string().nullable(),
  amount_minor: z.bigint().nullable(),
  currency: z.string().nullable(),
  occurred_ms: z.number().nullable(),
  clicked_ms: z.number().nullable(),
  status: z.enum(CONVERSION_STATES).nullable(),
  test: z.boolean().nullable(),
  customer: z.string().nullable(),
  order_id: z.string().nullable(),
  source: z.string().nullable(),
  product: z.string().nullable(),
  left_minor: z.bigint().nullable(),
});
type FoundRow = z.infer<typeof foundRow>;

const STATEMENT = `
  select coalesce(g.id, h.id) as found_programme_id,
    case when coalesce(y.registered, n.registered) then coalesce(y.id, n.id) end as found_payee_id,
    coalesce(y.external_id, i.affiliate_external_id) as found_affiliate,
    c.id, c.programme_id, c.affiliate_external_id, c.amount_minor, c.currency,
    (extract(epoch from date_trunc('milliseconds', c.occurred_at)) * 1000)::float8 as occurred_ms,
    (extract(epoch from date_trunc('milliseconds', c.clicked_at)) * 1000)::float8 as clicked_ms,
    c.status, c.test, c.customer, c.order_id, c.source, c.product,
    (c.amount_minor - coalesce(
      (select sum(r.amount_minor) from conversion_reversals r where r.conversion_id = c.id), 0))::bigint as left_minor
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) with ordinality
    as i (external_id, programme_id, programme_external_id, payee_id, affiliate_external_id, place)
  left join programmes g on g.id = i.programme_id
  left join programmes h on h.external_id = i.programme_external_id
  left join payees y on y.id = i.payee_id
  left join payees n on n.external_id = i.affiliate_external_id
  left join conversions c on c.external_id = i.external_id
  order by i.place`;

/**
 * Holds at most 1,000 conversions against what is there, and against each other, in one query. What
 * a caller leaves out is not compared; another status is a step where it leads forward.
 */
export async function checkConversions(
  db: Runner,
  items: readonly NewConversion[],
): Promise<CheckedConversion[]> {
  const rows = await db.run(foundRow, STATEMENT, [
    items.map(({ externalId }) => externalId),
    items.map(({ programmeId, programmeExternalId }) =>
      programmeExternalId === undefined ? (programmeId ?? DEFAULT_PROGRAMME_ID) : null,
    ),
    items.map(({ programmeExternalId }) => programmeExternalId ?? null),
    items.map(({ affiliateId }) => affiliateId ?? null),
    items.map(({ affiliateExternalId }) => affiliateExternalId ?? null),
  ]);
  const seen = new Map<string, Content>();
  return items.map((item, index) => judge(item, rows[index], seen));
}

function judge(
  item: NewConversion,
  row: FoundRow | undefined,
  seen: Map<string, Content>,
): CheckedConversion {
  if (!row?.found_programme_id) return { kind: 'unknown', field: 'programmeId' };
  if (row.found_affiliate === null) return { kind: 'unknown', field: 'affiliateId' };
  const given = contentOf(item, row.found_programme_id, row.found_affiliate);
  const earlier = seen.get(item.externalId);
  seen.set(item.externalId, given);
  if (earlier) {
    const field = differingField(given, earlier) ?? (sameStatus(given, earlier) ? null : 'status');
    return field ? { kind: 'conflict', field } : { kind: 'same', id: row.id };
  }
  if (row.id === null || row.status === null) {
    const { found_programme_id: programmeId, found_affiliate: affiliateExternalId } = row;
    return {
      kind: 'new',
      owner: { programmeId, affiliateExternalId, payeeId: row.found_payee_id },
    };
  }
  const field = differingField(given, standingContent(row));
  if (field) return { kind: 'conflict', field };
  return stepOf(item, row.id, row.status, row.left_minor ?? 0n);
}

/** A conversion moves forward only: PENDING, APPROVED, CANCELLED, of which APPROVED may be left out. */
function stepOf(
  item: NewConversion,
  id: string,
  from: ConversionState,
  leftMinor: bigint,
): CheckedConversion {
  const to = item.status;
  const backwards = CONVERSION_STATES.indexOf(to) < CONVERSION_STATES.indexOf(from);
  if (backwards) return { kind: 'conflict', field: 'status' };
  const refunds = item.refundedAt !== null && leftMinor > 0n;
  return from === to && !refunds
    ? { kind: 'same', id }
    : { kind: 'step', step: { id, from, to, refunds } };
}

interface Content {
  programme: string | null;
  affiliate: string | null;
  amount: bigint | null;
  currency: string | null;
  occurredAt: number | null;
  clickedAt: number | null | undefined;
  test: boolean | null | undefined;
  customer: string | null | undefined;
  orderId: string | null | undefined;
  source: string | null | undefined;
  product: string | null | undefined;
  status: string;
  refunded: boolean;
}

const contentOf = (item: NewConversion, programme: string, affiliate: string): Content => ({
  programme,
  affiliate,
  amount: item.amountMinor,
  currency: item.currency,
  occurredAt: item.occurredAt.getTime(),
  clickedAt: item.clickedAt?.getTime(),
  test: item.test,
  customer: item.customer,
  orderId: item.orderId,
  source: item.source,
  product: item.product,
  status: item.status,
  refunded: item.refundedAt !== null,
});

const standingContent = (row: FoundRow): Content => ({
  programme: row.programme_id,
  affiliate: row.affiliate_external_id,
  amount: row.amount_minor,
  currency: row.currency,
  occurredAt: row.occurred_ms,
  clickedAt: row.clicked_ms,
  test: row.test,
  customer: row.customer,
  orderId: row.order_id,
  source: row.source,
  product: row.product,
  status: row.status ?? '',
  refunded: false,
});

const FIELDS = [
  'programme',
  'affiliate',
  'amount',
  'currency',
  'occurredAt',
  'clickedAt',
  'test',
  'customer',
  'orderId',
  'source',
  'product',
] as const;

const differingField = (given: Content, before: Content): string | undefined =>
  FIELDS.find((field) => given[field] !== undefined && given[field] !== before[field]);

const sameStatus = (a: Content, b: Content): boolean =>
  a.status === b.status && a.refunded === b.refunded;
