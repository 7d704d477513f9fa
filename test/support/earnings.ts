import { z } from 'zod';
import { calculateProgramme } from '../../activities/calculate-programme.ts';
import type { Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { insertPayee } from './releases.ts';

/** A conversion as a test gives it. */
export interface GivenConversion {
  at: string;
  amount?: number;
  currency?: string;
  externalId?: string;
  payeeId?: string | null;
  status?: 'PENDING' | 'APPROVED';
  test?: boolean;
  order?: string | null;
  customer?: string | null;
}

export const commissionRow = z.object({
  id: z.string(),
  conversion_id: z.string().nullable(),
  amount_minor: z.bigint(),
  kind: z.string(),
  status: z.string(),
  earned_at: z.string(),
  available_at: z.string().nullable(),
});

export const RULES_FROM = '2020-01-01T00:00:00Z';

/** One programme of a test with what comes in by it, stored as ingestion stores it. */
export async function programmeOf(db: Db, given: { zone?: string; automatic?: boolean } = {}) {
  const programmeId = newId('programme');
  await db.run(
    z.unknown(),
    "insert into programmes (id, external_id, name, zone, automatic, created_by) values ($1, $1, 'A programme', $2, $3, 'test')",
    [programmeId, given.zone ?? 'UTC', given.automatic ?? true],
  );
  const payeeId = await insertPayee(db);

  /** Queues an affiliate, as every change of its conversions does. */
  const queue = (payee: string, dirtyFrom: string, rejudgeFrom: string | null = null) =>
    db.run(
      z.unknown(),
      `insert into calculation_queue as q (programme_id, payee_id, due_at, dirty_from, rejudge_from)
       values ($1, $2, '-infinity', $3, $4)
       on conflict (programme_id, payee_id, due_at) do update set revision = q.revision + 1,
         dirty_from = least(q.dirty_from, excluded.dirty_from), rejudge_from = least(q.rejudge_from, excluded.rejudge_from)`,
      [programmeId, payee, dirtyFrom, rejudgeFrom],
    );

  return {
    id: programmeId,
    payeeId,
    queue,
    /** A version of a rule of the programme, which ends the one before. */
    async rule(terms: Record<string, unknown>, from: string = RULES_FROM): Promise<string> {
      const ruleId = newId('rule');
      const rows = await db.run(
        z.object({ id: z.string() }),
        `with rule as (
           insert into payout_rules (id, programme_id, created_by) values ($1, $2, 'test')
           on conflict do nothing returning id
         ),
         one as (select id from rule union all select id from payout_rules
           where programme_id = $2 and group_name is null and payee_id is null limit 1)
         select id from one`,
        [ruleId, programmeId],
      );
      const id = rows[0]?.id ?? '';
      await db.run(
        z.unknown(),
        'update payout_rule_versions set effective_to = $2 where rule_id = $1 and effective_to is null',
        [id, from],
      );
      await db.run(
        z.unknown(),
        `insert into payout_rule_versions (rule_id, version, effective_from, terms, created_by)
         select $1, coalesce(max(version), 0) + 1, $2, $3::text::jsonb, 'test' from payout_rule_versions where rule_id = $1`,
        [id, from, JSON.stringify(terms)],
      );
      return id;
    },
    /** Stores a conversion and queues its affiliate; its id. */
    async conversion(conversion: GivenConversion): Promise<string> {
      const id = newId('conversion');
      const payee = conversion.payeeId === undefined ? payeeId : conversion.payeeId;
      await db.run(
        z.unknown(),
        `insert into conversions (id, programme_id, external_id, affiliate_external_id, payee_id, amount_minor, currency,
           occurred_at, status, test, customer, order_id)
         values ($1, $2, $3, coalesce($4::text, 'stranger'), $4::text, $5, $6, $7, $8, $9, $10, $11)`,
        [
          id,
          programmeId,
          conversion.externalId ?? id,
          payee,
          conversion.amount ?? 10_000,
          conversion.currency ?? 'USD',
          conversion.at,
          conversion.status ?? 'APPROVED',
          conversion.test ?? false,
          conversion.customer ?? null,
          conversion.order ?? null,
        ],
      );
      if (payee !== null) await queue(payee, conversion.at);
      return id;
    },
    async reverse(conversionId: string, amount: number, at: string): Promise<void> {
      await db.run(
        z.unknown(),
        `with made as (
           insert into conversion_reversals (id, external_id, conversion_id, kind, amount_minor, occurred_at, created_by)
           values ($1, $1, $2, 'refund', $3, $4, 'test') returning conversion_id
         )
         insert into calculation_queue as q (programme_id, payee_id, due_at, dirty_from)
         select c.programme_id, c.payee_id, '-infinity', c.occurred_at from conversions c join made m on m.conversion_id = c.id
         on conflict (programme_id, payee_id, due_at) do update set revision = q.revision + 1,
           dirty_from = least(q.dirty_from, excluded.dirty_from)`,
        [newId('reversal'), conversionId, amount, at],
      );
    },
    async setStatus(conversionId: string, status: string): Promise<void> {
      await db.run(
        z.unknown(),
        `with changed as (
           update conversions set status = $2 where id = $1 returning programme_id, payee_id, occurred_at
         )
         insert into calculation_queue as q (programme_id, payee_id, due_at, dirty_from)
         select programme_id, payee_id, '-infinity', occurred_at from changed
         on conflict (programme_id, payee_id, due_at) do update set revision = q.revision + 1,
           dirty_from = least(q.dirty_from, excluded.dirty_from)`,
        [conversionId, status],
      );
    },
    calculate: (asOf: string | null = null) =>
      calculateProgramme(db, { programmeId, asOf: asOf === null ? null : new Date(asOf) }),
    /** All commissions of the programme, in the order of their making. */
    commissions: () =>
      db.run(
        commissionRow,
        `select id, conversion_id, amount_minor, kind, status, earned_at::text, available_at::text
         from commissions where programme_id = $1 order by created_at, earned_at, id`,
        [programmeId],
      ),
    /** Kind and amount of what a conversion brought about, one after the other. */
    async earned(conversionId: string): Promise<string[]> {
      const rows = await db.run(
        z.object({ what: z.string() }),
        `select c.kind || ' ' || c.amount_minor as what from conversion_decisions d
         join commissions c on c.id = d.commission_id where d.conversion_id = $1 order by d.revision`,
        [conversionId],
      );
      return rows.map(({ what }) => what);
    },
    async decided(conversionId: string): Promise<string[]> {
      const rows = await db.run(
        z.object({ what: z.string() }),
        `select coalesce(code, 'counts') || ' ' || net_minor as what from conversion_decisions
         where conversion_id = $1 order by revision`,
        [conversionId],
      );
      return rows.map(({ what }) => what);
    },
    /** What stands in the queue, without the end of each instant. */
    async queued(): Promise<string[]> {
      const rows = await db.run(
        z.object({ what: z.string() }),
        `select case when due_at = '-infinity' then 'now' else (due_at at time zone 'UTC')::text end
           || ' from ' || (dirty_from at time zone 'UTC')::text as what
         from calculation_queue where programme_id = $1 order by payee_id, due_at`,
        [programmeId],
      );
      return rows.map(({ what }) => what);
    },
    async netMinor(): Promise<bigint> {
      const rows = await db.run(
        z.object({ net: z.bigint() }),
        'select coalesce(sum(amount_minor), 0)::bigint as net from commissions where programme_id = $1',
        [programmeId],
      );
      return rows[0]?.net ?? 0n;
    },
  };
}

export type TestProgramme = Awaited<ReturnType<typeof programmeOf>>;

/** Ten per cent, and nothing else. */
export const TEN_PERCENT = { commission: [{ rate: { kind: 'percentage', bps: 1_000 } }] };

/** 10% up to 1,000.00 a month; once that is reached 20% of all of the month. */
export const WHOLE_TIERS = {
  commission: [
    {
      rate: {
        kind: 'tiers',
        measure: 'volume',
        period: 'month',
        mode: 'whole',
        tiers: [
          { from: 0, to: 100_000, rate: { kind: 'percentage', bps: 1_000 } },
          { from: 100_000, to: null, rate: { kind: 'percentage', bps: 2_000 } },
        ],
      },
    },
  ],
};
