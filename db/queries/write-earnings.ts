import { z } from 'zod';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';
import type { QueuedPayee } from './conversion-pages.ts';

/** The earning that books the difference between two decisions. */
export interface NewEarning {
  id: string;
  amountMinor: bigint;
  kind: 'commission' | 'adjustment' | 'clawback';
  currency: string;
  earnedMs: number;
  availableMs: number;
}

/** The next revision of what is decided about a conversion. */
export interface NewDecision {
  conversionId: string;
  payeeId: string;
  revision: number;
  termsId: string | null;
  code: string | null;
  countedMinor: bigint;
  commissionMeasure: bigint;
  feeMeasure: bigint;
  grossMinor: bigint;
  feeMinor: bigint;
  netMinor: bigint;
  earning: NewEarning | null;
}

/** The next revision of what a month with a minimum fee comes to. */
export interface NewFeeMonth {
  payeeId: string;
  currency: string;
  month: string;
  revision: number;
  termsId: string;
  feesMinor: bigint;
  minimumMinor: bigint;
  chargeMinor: bigint;
  /** Null where the charge is what it was. */
  earning: { id: string; amountMinor: bigint; earnedMs: number } | null;
}

/** When an affiliate is to be looked at again, and from when on. */
export interface FollowUp {
  payeeId: string;
  dueMs: number;
  dirtyMs: number;
}

/** All that a calculation found about some affiliates. */
export interface PageEarnings {
  programmeId: string;
  asOf: Date;
  payees: readonly QueuedPayee[];
  decisions: readonly NewDecision[];
  months: readonly NewFeeMonth[];
  followUps: readonly FollowUp[];
}

/** What was written; affiliates whose queue rows were gone or changed are `left` as they are. */
export interface WrittenEarnings {
  payees: number;
  left: number;
  decisions: number;
  commissions: number;
}

const DEADLINE_MS = 120_000;

/**
 * An affiliate is written only if each queue row that was read is still there, unchanged. Those rows
 * are locked and deleted; who comes second finds them gone. Rows that somebody is changing right now
 * are not waited for.
 */
const CLAIMED = `
  seen as materialized (
    select * from unnest($3::text[], $4::timestamptz[], $5::int[], $6::text[]) as s (payee_id, due_at, revision, written_by)
  ),
  locked as materialized (
    select q.payee_id, q.due_at from seen s join calculation_queue q
      on q.programme_id = $1 and q.payee_id = s.payee_id and q.due_at = s.due_at
    where q.revision = s.revision and q.xmin::text = s.written_by
    for update of q skip locked
  ),
  whole as materialized (
    select s.payee_id from seen s left join locked l on l.payee_id = s.payee_id and l.due_at = s.due_at
    group by s.payee_id having count(*) = count(l.payee_id)
  ),
  done as (
    delete from calculation_queue q using locked l join whole w on w.payee_id = l.payee_id
    where q.programme_id = $1 and q.payee_id = l.payee_id and q.due_at = l.due_at
  ),`;

const DECIDED = `
  decided as materialized (
    select i.*, to_timestamp(earned_ms / 1000) as earned_at, to_timestamp(available_ms / 1000) as available_at
    from unnest($7::text[], $8::text[], $9::int[], $10::text[], $11::text[], $12::bigint[], $13::bigint[], $14::bigint[],
      $15::bigint[], $16::bigint[], $17::bigint[], $18::text[], $19::bigint[], $20::text[], $21::text[], $22::float8[],
      $23::float8[])
      as i (conversion_id, payee_id, revision, terms_id, code, counted_minor, commission_measure, fee_measure, gross_minor,
        fee_minor, net_minor, commission_id, amount_minor, kind, currency, earned_ms, available_ms)
    join whole w using (payee_id)
  ),
  earned as (
    insert into commissions (id, external_id, payee_id, amount_minor, currency, status, earned_at, available_at, kind,
      programme_id, conversion_id)
    select commission_id, commission_id, payee_id, amount_minor, currency, 'PENDING', earned_at,
      available_at, kind, $1, conversion_id
    from decided where commission_id is not null
  ),
  kept as (
    insert into conversion_decisions (conversion_id, revision, terms_id, code, counted_minor, commission_measure,
      fee_measure, gross_minor, fee_minor, net_minor, commission_id, as_of)
    select conversion_id, revision, terms_id, code, counted_minor, commission_measure, fee_measure, gross_minor, fee_minor,
      net_minor, commission_id, $2::timestamptz
    from decided
  ),`;

const CHARGED = `
  charged as materialized (
    select i.*, to_timestamp(earned_ms / 1000) as earned_at
    from unnest($24::text[], $25::text[], $26::date[], $27::int[], $28::text[], $29::bigint[], $30::bigint[], $31::bigint[],
      $32::text[], $33::bigint[], $34::float8[])
      as i (payee_id, currency, month, revision, terms_id, fees_minor, minimum_minor, charge_minor, commission_id,
        amount_minor, earned_ms)
    join whole w using (payee_id)
  ),
  charges as (
    insert into commissions (id, external_id, payee_id, amount_minor, currency, status, earned_at, available_at, kind,
      programme_id)
    select commission_id, commission_id, payee_id, amount_minor, currency, 'PENDING', earned_at, earned_at, 'minimum_fee', $1
    from charged where commission_id is not null
  ),
  months as (
    insert into fee_months (programme_id, payee_id, currency, month, revision, terms_id, fees_minor, minimum_minor,
      charge_minor, commission_id, as_of)
    select $1, payee_id, currency, month, revision, terms_id, fees_minor, minimum_minor, charge_minor, commission_id, $2::timestamptz
    from charged
  ),`;

const LATER = `
  later as (
    insert into calculation_queue as q (programme_id, payee_id, due_at, dirty_from)
    select $1, f.payee_id, to_timestamp(due_ms / 1000), to_timestamp(dirty_ms / 1000)
    from unnest($35::text[], $36::float8[], $37::float8[]) as f (payee_id, due_ms, dirty_ms)
    join whole w on w.payee_id = f.payee_id
    on conflict (programme_id, payee_id, due_at)
      do update set dirty_from = least(q.dirty_from, excluded.dirty_from), revision = q.revision + 1
  ),`;

const STATEMENT = `
  with ${CLAIMED} ${DECIDED} ${CHARGED} ${LATER}
  counts as materialized (
    select (select count(*) from whole) as payees,
      (select count(distinct payee_id) from seen) - (select count(*) from whole) as left_out,
      (select count(*) from decided) as decisions,
      (select count(*) from decided where commission_id is not null)
        + (select count(*) from charged where commission_id is not null) as commissions
  ),
  trail as (
    insert into audit_logs (action, status, actor, details)
    select 'commission.calculated', 'INFO', 'system', jsonb_build_object('programmeId', $1::text, 'asOf', $2::timestamptz, 'affiliates', payees,
      'decisions', decisions, 'commissions', commissions)
    from counts where decisions + commissions > 0 or (select count(*) from charged) > 0
  )
  select payees, left_out, decisions, commissions from counts`;

const writtenRow = z.object({
  payees: countColumn,
  left_out: countColumn,
  decisions: countColumn,
  commissions: countColumn,
});

/**
 * Writes what a page of affiliates has earned, in one statement: takes exactly the queue rows that the
 * page was read by, and with them adds decisions, earnings, months, later queue rows and one audit row.
 * Safe to repeat, and to run beside others: whoever finds the rows of an affiliate gone or changed
 * writes nothing of it. The terms that decisions name must be stored. Throws a unique violation where
 * somebody else has decided about one of the conversions since; then nothing at all was written.
 */
export async function writeEarnings(db: Db, page: PageEarnings): Promise<WrittenEarnings> {
  const rows = await db.run(writtenRow, STATEMENT, valuesOf(page), { deadlineMs: DEADLINE_MS });
  const { payees, left_out, decisions, commissions } = onlyRow(rows);
  return { payees, left: left_out, decisions, commissions };
}

/** Ids, numbers and codes need no quotes in an array; that spares a search through each of a million texts. */
function column<Item>(
  items: readonly Item[],
  pick: (item: Item) => string | number | bigint | null,
): string {
  let text = '{';
  for (const item of items) text += `${text.length > 1 ? ',' : ''}${pick(item) ?? 'NULL'}`;
  return `${text}}`;
}

function valuesOf({ programmeId, asOf, payees, decisions, months, followUps }: PageEarnings) {
  const seen = payees.flatMap(({ payee_id, seen: rows }) =>
    rows.map(([dueAt, revision, writtenBy]) => ({ payee_id, dueAt, revision, writtenBy })),
  );
  return [
    programmeId,
    asOf.toISOString(),
    seen.map(({ payee_id }) => payee_id),
    seen.map(({ dueAt }) => dueAt),
    seen.map(({ revision }) => revision),
    seen.map(({ writtenBy }) => writtenBy),
    ...decisionColumns(decisions),
    column(months, ({ payeeId }) => payeeId),
    column(months, ({ currency }) => currency),
    column(months, ({ month }) => month),
    column(months, ({ revision }) => revision),
    column(months, ({ termsId }) => termsId),
    column(months, ({ feesMinor }) => feesMinor),
    column(months, ({ minimumMinor }) => minimumMinor),
    column(months, ({ chargeMinor }) => chargeMinor),
    column(months, ({ earning }) => earning?.id ?? null),
    column(months, ({ earning }) => earning?.amountMinor ?? null),
    column(months, ({ earning }) => earning?.earnedMs ?? null),
    followUps.map(({ payeeId }) => payeeId),
    followUps.map(({ dueMs }) => dueMs),
    followUps.map(({ dirtyMs }) => dirtyMs),
  ];
}

const decisionColumns = (decisions: readonly NewDecision[]): string[] => [
  column(decisions, ({ conversionId }) => conversionId),
  column(decisions, ({ payeeId }) => payeeId),
  column(decisions, ({ revision }) => revision),
  column(decisions, ({ termsId }) => termsId),
  column(decisions, ({ code }) => code),
  column(decisions, ({ countedMinor }) => countedMinor),
  column(decisions, ({ commissionMeasure }) => commissionMeasure),
  column(decisions, ({ feeMeasure }) => feeMeasure),
  column(decisions, ({ grossMinor }) => grossMinor),
  column(decisions, ({ feeMinor }) => feeMinor),
  column(decisions, ({ netMinor }) => netMinor),
  column(decisions, ({ earning }) => earning?.id ?? null),
  column(decisions, ({ earning }) => earning?.amountMinor ?? null),
  column(decisions, ({ earning }) => earning?.kind ?? null),
  column(decisions, ({ earning }) => earning?.currency ?? null),
  column(decisions, ({ earning }) => earning?.earnedMs ?? null),
  column(decisions, ({ earning }) => earning?.availableMs ?? null),
];
