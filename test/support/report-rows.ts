import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import type { PaymentSum, SumsAsked } from '../../db/queries/report/payment-sums.ts';
import { PAYMENT_STATES, type PaymentState } from '../../domain/payment.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import { drawFrom, type Draw } from './risk-year/draw.ts';

const MINUTE_MS = 60_000;

/** What of a database is needed to run statements. */
export type Runs = Pick<Db, 'run'>;

export const PAYEE_IDS = Array.from({ length: 5 }, (_none, place) => `aff_${place}`);

/** Batches that take payments, one for each provider, currency and programme. */
export async function insertBatches(db: Runs): Promise<string[]> {
  const ids: string[] = [];
  for (const provider of ['mock', 'xendit'])
    for (const currency of ['USD', 'JPY'])
      for (const programmeId of [null, DEFAULT_PROGRAMME_ID]) {
        const id = newId('batch');
        ids.push(id);
        await db.run(
          z.unknown(),
          `insert into batches (id, provider, currency, total_minor, payment_count, chunk_count, content_hash, programme_id,
             source, created_by)
           values ($1, $2, $3, 1, 1, 1, 'hash', $4, $5, 'test')`,
          [id, provider, currency, programmeId, programmeId ? 'schedule' : 'manual'],
        );
      }
  return ids;
}

const SETTLED: readonly PaymentState[] = ['COMPLETED', 'RETURNED'];

/**
 * Writes payments of random states, amounts and payees, made at random instants of a span and some of
 * them settled up to a day later, with their lines in the ledger. The same seed writes the same.
 */
export async function insertPayments(
  db: Runs,
  given: { seed: number; count: number; batchIds: readonly string[]; from: number; to: number },
): Promise<void> {
  const draw = drawFrom(given.seed);
  const rows = Array.from({ length: given.count }, () => drawn(draw, given));
  await db.run(
    z.unknown(),
    `with made as (
       insert into payments (id, batch_id, payee_id, account_id, account_ref, provider, currency, amount_minor, commission_count,
         chunk, ordinal, status, hold_reason, failure_code, created_at, submitted_at, completed_at)
       select i.id, b.id, i.payee_id, 'acc', 'ref', b.provider, b.currency, i.amount_minor, 0, i.ordinal, i.ordinal, i.status,
         case i.status when 'ON_HOLD' then 'kyc' end, case when i.status in ('FAILED', 'RETURNED') then 'a_code' end,
         to_timestamp(i.made_ms / 1000), to_timestamp(i.made_ms / 1000), to_timestamp(i.settled_ms / 1000)
       from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::int[], $6::text[], $7::float8[], $8::float8[])
         as i (id, batch_id, payee_id, amount_minor, ordinal, status, made_ms, settled_ms)
       join batches b on b.id = i.batch_id
       returning *
     )
     insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, payment_id, batch_id, created_at)
     select m.id || e.kind, l.line, case l.line when 1 then 'payee_payable' else 'provider_clearing/' || m.provider end,
       case when (l.line = 1) = (e.kind = ':settled') then 'debit' else 'credit' end, m.amount_minor, m.currency,
       m.payee_id, m.id, m.batch_id, m.completed_at + e.later
     from made m
     join (values (':settled', interval '0'), (':returned', interval '7 hours')) as e (kind, later)
       on m.status = 'RETURNED' or (m.status = 'COMPLETED' and e.kind = ':settled')
     cross join (values (1), (2)) as l (line)`,
    [
      rows.map(({ id }) => id),
      rows.map(({ batchId }) => batchId),
      rows.map(({ payeeId }) => payeeId),
      rows.map(({ amountMinor }) => amountMinor),
      rows.map(({ ordinal }) => ordinal),
      rows.map(({ status }) => status),
      rows.map(({ madeMs }) => madeMs),
      rows.map(({ settledMs }) => settledMs),
    ],
  );
}

function drawn(
  draw: Draw,
  { batchIds, from, to }: { batchIds: readonly string[]; from: number; to: number },
) {
  const status = draw.pick(PAYMENT_STATES);
  const madeMs = draw.whole(from, to);
  return {
    id: newId('payment'),
    batchId: draw.pick(batchIds),
    payeeId: draw.pick(PAYEE_IDS),
    amountMinor: draw.whole(1, 100_000),
    ordinal: draw.whole(0, 2_000_000_000),
    status,
    madeMs,
    settledMs: SETTLED.includes(status) ? madeMs + draw.whole(0, 1_440) * MINUTE_MS : null,
  };
}

const rawRow = z.object({
  payee_id: z.string(),
  provider: z.string(),
  currency: z.string(),
  amount_minor: z.bigint(),
  status: z.string(),
  programme_id: z.string(),
  made_ms: z.number(),
  settled_ms: z.number().nullable(),
});
type RawRow = z.infer<typeof rawRow>;

/** Every payment as it stands, for adding up in the plainest way. */
export const readRaw = (db: Runs): Promise<RawRow[]> =>
  db.run(
    rawRow,
    `select p.payee_id, p.provider, p.currency, p.amount_minor, p.status, coalesce(b.programme_id, '') as programme_id,
       (extract(epoch from p.created_at) * 1000)::float8 as made_ms,
       (extract(epoch from p.completed_at) * 1000)::float8 as settled_ms
     from payments p join batches b on b.id = p.batch_id`,
  );

/** What `sumPayments` must answer, worked out payment by payment. */
export function plainSums(raw: readonly RawRow[], asked: SumsAsked): string[] {
  const { filter, basis, bounds, groupBy } = asked;
  const sums = new Map<string, { payments: number; minor: bigint }>();
  for (const row of raw) {
    const at = basis === 'made' ? row.made_ms : row.settled_ms;
    const status = basis === 'made' ? row.status : 'COMPLETED';
    const bucket = bounds.findIndex((bound, place) => {
      const next = bounds[place + 1];
      return at !== null && next !== undefined && at >= bound && at < next;
    });
    const meant =
      bucket >= 0 &&
      (filter.currency ?? row.currency) === row.currency &&
      (filter.provider ?? row.provider) === row.provider &&
      (filter.programmeId ?? row.programme_id) === row.programme_id &&
      (filter.statuses ?? [status]).includes(status) &&
      (filter.payeeIds ?? [row.payee_id]).includes(row.payee_id) &&
      (filter.minAmountMinor ?? 0n) <= row.amount_minor &&
      (filter.maxAmountMinor ?? row.amount_minor) >= row.amount_minor;
    if (!meant) continue;
    const groups = { ...row, status, programme: row.programme_id };
    const key = `${bucket} ${groupBy ? groups[groupBy] : ''} ${row.currency} ${status}`;
    const sum = sums.get(key) ?? { payments: 0, minor: 0n };
    sums.set(key, { payments: sum.payments + 1, minor: sum.minor + row.amount_minor });
  }
  return [...sums].map(([key, { payments, minor }]) => `${key} ${payments} ${minor}`).toSorted();
}

/** The same of what the product answers. */
export const writtenSums = (sums: readonly PaymentSum[]): string[] =>
  sums
    .map(({ bucket, group, currency, status, payments, amount_minor }) =>
      [bucket, group, currency, status, payments, amount_minor].join(' '),
    )
    .toSorted();
