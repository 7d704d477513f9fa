import { v7 } from 'uuid';
import { z } from 'zod';
import type { CaseKind, CaseSeverity } from '../../domain/case.ts';
import { makeId } from '../../domain/ids.ts';
import type { Db } from '../client.ts';

/** An id for a case that a statement opens: ordered by time, as those are that are drawn outside. */
export const RANKED_CASE_ID = `'cas_' || lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
  || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14)`;

/** The audit rows of the cases that an expression `source` has inserted: the alert. */
export const openedTrail = (source: string): string => `
  trail_of_${source} as (
    insert into audit_logs (action, status, batch_id, payment_id, actor, details)
    select 'case.opened', 'WARNING', batch_id, payment_id, 'system',
      jsonb_build_object('caseId', id, 'kind', kind, 'severity', severity, 'subject', subject, 'summary', summary)
    from ${source}
  )`;

/** The audit rows of the cases that an expression `source` has closed by itself. */
export const closedTrail = (source: string): string => `
  trail_of_${source} as (
    insert into audit_logs (action, status, batch_id, payment_id, actor, details)
    select 'case.resolved', 'INFO', batch_id, payment_id, 'system',
      jsonb_build_object('caseId', id, 'resolution', resolution)
    from ${source}
  )`;

/** Closes the cases of halts of the batches that `source` names: they go on, or end. */
export const haltPassed = (source: string, resolution: string): string => `
  passed as (
    update cases c set status = 'RESOLVED', resolution = ${resolution}, resolved_by = 'system',
      resolved_at = now(), updated_at = now()
    from ${source} s where c.kind = 'halted' and c.subject = s.id and c.status = 'OPEN'
    returning c.id, c.batch_id, c.payment_id, c.resolution
  ),${closedTrail('passed')}`;

/** Something for a person to look at; one stays open for each kind and subject. */
export interface NewCase {
  kind: CaseKind;
  severity: CaseSeverity;
  /** What it is about: a reference, a provider and day. */
  subject: string;
  /** One sentence for the list. */
  summary: string;
  provider?: string | null;
  batchId?: string | null;
  paymentId?: string | null;
  reconciliationId?: string | null;
  /** Codes, amounts as text, ids; never account details. */
  details?: Record<string, unknown>;
}

/**
 * Opens cases, each with its audit row (`case.opened`, a warning): the alert. One that is open already
 * for its kind and subject is left as it is. Answers the ids of the new ones. Safe to repeat.
 */
export async function openCases(db: Db, given: readonly NewCase[]): Promise<string[]> {
  if (given.length === 0) return [];
  const rows = await db.run(
    z.object({ id: z.string() }),
    `with input as (
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
         $8::text[], $9::text[], $10::text[])
         as i (id, kind, severity, subject, summary, provider, batch_id, payment_id, reconciliation_id, details)
     ),
     opened as (
       insert into cases (id, kind, severity, subject, summary, provider, batch_id, payment_id,
         reconciliation_id, details)
       select id, kind, severity, subject, summary, provider, batch_id, payment_id, reconciliation_id,
         details::jsonb
       from input on conflict do nothing
       returning *
     ),
     ${openedTrail('opened')}
     select id from opened`,
    [
      given.map(() => makeId('case', v7())),
      given.map(({ kind }) => kind),
      given.map(({ severity }) => severity),
      given.map(({ subject }) => subject),
      given.map(({ summary }) => summary),
      given.map(({ provider }) => provider ?? null),
      given.map(({ batchId }) => batchId ?? null),
      given.map(({ paymentId }) => paymentId ?? null),
      given.map(({ reconciliationId }) => reconciliationId ?? null),
      given.map(({ details }) => JSON.stringify(details ?? {})),
    ],
  );
  return rows.map(({ id }) => id);
}

/** Closes the cases of payments that nobody could tell about, and that a look-up has settled since. */
export const resolvePassedDoubts = (db: Db): Promise<unknown> =>
  db.run(
    z.unknown(),
    `with closed as (
       update cases c set status = 'RESOLVED', resolution = 'The provider told: the payment is ' || p.status || '.',
         resolved_by = 'system', resolved_at = now(), updated_at = now()
       from payments p
       where c.kind = 'unknown_outcome' and c.status = 'OPEN' and p.id = c.payment_id
         and p.status not in ('UNKNOWN', 'PROCESSING')
       returning c.id, c.batch_id, c.payment_id, c.resolution
     ),${closedTrail('closed')}
     select count(*) from closed`,
  );
