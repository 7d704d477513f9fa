import { z } from 'zod';
import {
  FAILURE_RATE_ENDED_MIN,
  type Reading,
  type RuleScope,
} from '../../domain/alerts/measures.ts';
import type { Db } from '../client.ts';
import { readAuditState } from './audit-state.ts';
import { checkInvariants } from './invariants.ts';
import { checkLedger } from './ledger.ts';
import { failedForGood } from './payment-ends.ts';

/** What a process knows beside the database. */
export interface AlertSenses {
  /** Whether Temporal answers, and whether a worker asks it for work. Never throws. */
  temporal(): Promise<{ server: boolean; worker: boolean }>;
}

/**
 * All that is read of a rule's measure now: one reading for each subject that there is. A provider that is
 * not among them has nothing to tell.
 */
export async function readMeasure(
  db: Db,
  rule: RuleScope,
  senses: AlertSenses,
): Promise<Reading[]> {
  switch (rule.measure) {
    case 'stuck_payments':
      return read(db, STUCK, [rule.provider, rule.windowMinutes]);
    case 'unknown_age_minutes':
      return read(db, UNKNOWN_AGE, [rule.provider]);
    case 'failure_rate':
      return read(db, FAILURE_RATE, [rule.provider, rule.windowMinutes]);
    case 'reconciliation_differences':
      return read(db, DIFFERENCES, [rule.provider]);
    case 'low_balance':
      return read(db, BALANCES, [rule.provider, rule.currency]);
    case 'webhook_silence_minutes':
      return read(db, SILENCE, [rule.provider, rule.windowMinutes]);
    case 'mail_or_delivery_given_up':
      return read(db, GIVEN_UP, [rule.windowMinutes]);
    case 'worker_missing': {
      const { server, worker } = await senses.temporal();
      return whole(server && worker ? 0 : 1);
    }
    case 'queue_age_minutes':
      return read(db, QUEUE_AGE, []);
    case 'audit_unsealed_seconds':
      return whole((await readAuditState(db)).unsealedSeconds);
    case 'invariant_broken': {
      const results = await checkInvariants(db);
      return whole(results.reduce((sum, { breaches }) => sum + breaches, 0));
    }
    case 'balance_of_books': {
      const { differences, derived } = await checkLedger(db);
      return whole(differences.length + derived.length);
    }
  }
}

const whole = (value: number): Reading[] => [{ subject: '', value }];

const readingRow = z.object({ subject: z.string(), value: z.number() });

const read = (db: Db, query: string, values: readonly unknown[]): Promise<Reading[]> =>
  db.run(readingRow, query, values, { deadlineMs: 20_000 });

const OF_PROVIDER = '($1::text is null or p.provider = $1)';
const WINDOW = "$2::int * interval '1 minute'";

const STUCK = `
  select p.provider as subject, count(*)::float8 as value from payments p
  where p.status in ('PROCESSING', 'UNKNOWN') and p.updated_at < now() - ${WINDOW} and ${OF_PROVIDER}
  group by p.provider`;

const UNKNOWN_AGE = `
  select p.provider as subject, (extract(epoch from now() - min(p.updated_at)) / 60)::float8 as value from payments p
  where p.status = 'UNKNOWN' and ${OF_PROVIDER}
  group by p.provider`;

/** Failures are those of batches that run, or ended within the window; the others ended long ago. */
const FAILURE_RATE = `
  with ended as (
    select p.provider, false as failed from payments p
    where p.completed_at >= now() - ${WINDOW} and p.status = 'COMPLETED' and ${OF_PROVIDER}
    union all
    select p.provider, true from batches b join payments p on p.batch_id = b.id
    where (b.status in ('PROCESSING', 'SETTLING')
      or greatest(b.completed_at, b.failed_at, b.cancelled_at) >= now() - ${WINDOW})
      and ${failedForGood('p')} and p.updated_at >= now() - ${WINDOW} and ${OF_PROVIDER}
  )
  select provider as subject, (count(*) filter (where failed))::float8 / count(*) as value
  from ended group by provider having count(*) >= ${FAILURE_RATE_ENDED_MIN}`;

const DIFFERENCES = `
  select p.provider as subject, count(*)::float8 as value from cases p
  where p.status = 'OPEN' and p.reconciliation_id is not null and p.provider is not null and ${OF_PROVIDER}
  group by p.provider`;

/** Of each provider the run that ended last, where it could be asked for its balance. */
const BALANCES = `
  select p.provider || '/' || b.currency as subject, b.balance::float8 as value
  from (
    select distinct on (provider) provider, report from reconciliations
    where status = 'DONE' order by provider, finished_at desc
  ) p
  cross join lateral jsonb_to_recordset(coalesce(p.report -> 'balances', '[]'::jsonb)) as b (currency text, balance text)
  where b.balance is not null and b.currency = $2 and ${OF_PROVIDER}`;

/** Silent since the last event, or, where none came within the window, since the oldest payment was sent. */
const SILENCE = `
  with waiting as (
    select p.provider, min(p.submitted_at) as since from payments p
    where p.status = 'PROCESSING' and p.submitted_at is not null and ${OF_PROVIDER} group by p.provider
  ),
  heard as (
    select e.provider, max(e.created_at) as at from webhook_events e
    where e.created_at >= now() - ${WINDOW} group by e.provider
  )
  select w.provider as subject, (extract(epoch from now() - greatest(w.since, h.at)) / 60)::float8 as value
  from waiting w left join heard h on h.provider = w.provider`;

const QUEUE_AGE = `
  select '' as subject, (coalesce(extract(epoch from now() - min(queued_at)), 0) / 60)::float8 as value
  from batches where status = 'QUEUED' and paused_at is null`;

/** What a person ended by deleting an endpoint was not given up. */
const GIVEN_UP = `
  select '' as subject, (
    (select count(*) from event_deliveries d join webhook_endpoints w on w.id = d.endpoint_id and w.deleted_at is null
     where d.status = 'GIVEN_UP' and d.due_at >= now() - $1::int * interval '1 minute')
    + (select count(*) from payee_mails m
       where m.status in ('FAILED', 'UNKNOWN') and m.due_at >= now() - $1::int * interval '1 minute')
  )::float8 as value`;
