import { z } from 'zod';
import { CHUNK_PAYMENTS_MAX } from '../../domain/limits.ts';
import type { ProviderFacts } from '../../domain/risk/provider-failures.ts';
import type { WebhookFacts } from '../../domain/risk/webhook-attack.ts';
import type { Db } from '../client.ts';
import { onlyRow } from '../rows.ts';
import type { RiskTerms } from './risk-settings.ts';
import { before, leastIdAt, MINUTE_MS } from './risk-times.ts';

/** Of a large batch the newest chunks are judged: what fails now counts, not what worked an hour ago. */
const CHUNKS = 10;

const answersRow = z.object({
  provider: z.string(),
  answers: z.number(),
  refused: z.number(),
  invalid_in_a_row: z.number(),
});

/**
 * Answers from the one on that a person has let pass. What the provider took in counts as answered, since
 * it refuses at once and settles later. Runs of refused accounts go by the order of the payments.
 */
const ANSWERS = `
  with answered as materialized (
    select p.ordinal, p.status, p.failure_code from payments p
    where p.batch_id = $1 and p.ordinal >= $2::int and p.ordinal < $3::int
      and (p.status in ('COMPLETED', 'FAILED', 'RETURNED')
        or (p.status = 'PROCESSING' and p.provider_payment_id is not null))
      and p.updated_at <= $4::timestamptz
      and p.updated_at > coalesce((select max(e.resolved_at) from risk_events e
        where e.batch_id = $1 and e.rule = 'provider_failures' and e.status = 'RESOLVED' and e.resolution <> 'confirmed'
          and e.resolved_at <= $4::timestamptz), '-infinity')
  ),
  runs as (
    select failure_code is not distinct from 'invalid_account' and status = 'FAILED' as invalid,
      row_number() over (order by ordinal) - row_number() over (
        partition by failure_code is not distinct from 'invalid_account' and status = 'FAILED' order by ordinal) as run
    from answered
  )
  select b.provider,
    (select count(*)::int from answered) as answers,
    (select count(*)::int from answered where status = 'FAILED') as refused,
    coalesce((select max(n)::int from (select count(*) as n from runs where invalid group by run) each), 0) as invalid_in_a_row
  from batches b where b.id = $1`;

/** What a provider answered for a batch up to a chunk; undefined where there is no such batch. */
export async function providerFacts(
  db: Db,
  batchId: string,
  chunk: number | null,
  at: Date,
): Promise<ProviderFacts | undefined> {
  const from = chunk === null ? 0 : Math.max(0, (chunk - CHUNKS + 1) * CHUNK_PAYMENTS_MAX);
  const to = chunk === null ? 2_147_483_647 : (chunk + 1) * CHUNK_PAYMENTS_MAX;
  const [row] = await db.run(answersRow, ANSWERS, [batchId, from, to, at.toISOString()], {
    deadlineMs: 60_000,
  });
  if (!row) return undefined;
  const { provider, answers, refused, invalid_in_a_row } = row;
  return { batchId, provider, answers, refused, invalidInARow: invalid_in_a_row };
}

const webhooksRow = z.object({ rejections: z.number(), disagreements: z.array(z.string()) });

/** What came in the name of a provider lately. A person who let it pass begins the count anew. */
export async function webhookFacts(
  db: Db,
  provider: string,
  at: Date,
  { settings }: RiskTerms,
): Promise<WebhookFacts> {
  const timeMs = settings.webhook_attack.withinMinutes * MINUTE_MS;
  const rows = await db.run(
    webhooksRow,
    `with seen as (
       select max(e.resolved_at) as at from risk_events e
       where e.rule = 'webhook_attack' and e.subject = $1 and e.status = 'RESOLVED' and e.resolution <> 'confirmed'
         and e.resolved_at <= $3::timestamptz
     )
     select
       (select coalesce(sum(coalesce((l.details->>'count')::int, 1)), 0)::int from audit_logs l
        where l.action in ('webhook.rejected') and l.actor = 'provider:' || $1
          and l.created_at > greatest($2::timestamptz, (select at from seen)) and l.created_at <= $3::timestamptz
          and l.details->>'reason' not in ('unreadable', 'too_large')) as rejections,
       (select coalesce(json_agg(c.subject), '[]') from cases c
        where c.status = 'OPEN' and c.id >= $4 and c.kind = 'contradiction' and c.severity = 'critical' and c.provider = $1
          and c.created_at > $2::timestamptz and c.created_at <= $3::timestamptz
          and not exists (select 1 from risk_events e where e.rule = 'webhook_attack'
            and e.subject = $1 || ' ' || c.subject and e.status = 'RESOLVED' and e.resolution <> 'confirmed')) as disagreements`,
    [provider, before(at, timeMs), at.toISOString(), leastIdAt('case', at, timeMs)],
  );
  return { provider, ...onlyRow(rows) };
}
