import { z } from 'zod';
import { riskAtLeast } from '../../domain/risk/rule.ts';
import type { Db } from '../client.ts';
import { SYSTEM } from './actor.ts';
import { assessBatch } from './assess-batch.ts';
import { raiseRisk, type RaisedRisk } from './risk-events.ts';
import { judgeBatch } from './risk-judge.ts';
import { withoutLetPass } from './risk-let-pass.ts';
import { databaseInstant } from './waiting-events.ts';

const DEADLINE_MS = 60_000;

/**
 * Judges a batch, raises what the rules found, has its approvals follow from that, and puts the payments
 * that a high finding is about on hold until a person resolves its event. Nothing of a batch is claimed before this was done once.
 * What a person let pass for this batch is not raised again. Answers what was raised. Safe to repeat.
 */
export async function guardBatch(db: Db, batchId: string): Promise<RaisedRisk[]> {
  const judgedAt = await databaseInstant(db);
  const found = await judgeBatch(db, batchId);
  const raised = await raiseRisk(db, await withoutLetPass(db, found), SYSTEM);
  await holdRisky(db, batchId, raised, judgedAt);
  if (raised.length > 0) await assessBatch(db, batchId);
  return raised;
}

/**
 * Judges the batch where that was not done since it was made or edited, or not within the last minute
 * and since it was queued or took the slot.
 */
export async function guardOnce(db: Db, batchId: string): Promise<void> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    `select id from batches where id = $1 and (risk_judged_at is null
       or risk_judged_at < greatest(created_at, edited_at)
       or (risk_judged_at < greatest(queued_at, executed_at) and risk_judged_at < now() - interval '1 minute')
       or (status = 'PENDING' and risk_judged_at < now() - interval '1 minute'))`,
    [batchId],
  );
  if (rows.length > 0) await guardBatch(db, batchId);
}

const idList = z.array(z.string());

const HOLD = `
  with named as (
    select * from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as i (payment_id, payee_id, rule, event_id)
  ),
  wanted as (
    select p.id, n.rule, n.event_id from named n join payments p on p.id = n.payment_id
    where n.payment_id is not null and p.batch_id = $1
    union
    select p.id, n.rule, n.event_id from named n join payments p on p.payee_id = n.payee_id
    where n.payment_id is null and p.batch_id = $1
    union
    select p.id, n.rule, n.event_id from named n join payments p on p.batch_id = $1
    where n.payment_id is null and n.payee_id is null
  ),
  linked as (
    insert into payment_risks (payment_id, rule, event_id)
    select distinct on (id, rule) id, rule, event_id from wanted
    on conflict do nothing
    returning payment_id, rule, event_id
  ),
  held as (
    update payments p set status = 'ON_HOLD', hold_reason = 'risk', held_at = now()
    where p.id in (select payment_id from linked) and p.status = 'PENDING'
    returning p.id
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, payment_id, from_state, to_state, actor, details)
    select 'payment.held', 'WARNING', $1, h.id, 'PENDING', 'ON_HOLD', 'system',
      jsonb_build_object('reason', 'risk', 'riskEvents', (
        select jsonb_agg(jsonb_build_object('id', l.event_id, 'rule', l.rule) order by l.rule)
        from linked l where l.payment_id = h.id))
    from held h
  )
  update batches set risk_judged_at = $6::timestamptz where id = $1`;

interface Stop {
  paymentId: string | null;
  payeeId: string | null;
  rule: string;
  eventId: string;
}

/** The payments that a finding stops; where it names none, those of its payee in the batch, or all. */
function stopsOf({ id, finding }: RaisedRisk): Stop[] {
  const about = { rule: finding.rule, payeeId: finding.payeeId ?? null, eventId: id };
  const listed = idList.safeParse(finding.evidence['paymentIds']);
  const ids = [
    ...(finding.paymentId === undefined ? [] : [finding.paymentId]),
    ...(listed.success ? listed.data : []),
  ];
  if (ids.length > 0) return ids.map((paymentId) => ({ ...about, paymentId }));
  return [{ ...about, paymentId: null }];
}

async function holdRisky(
  db: Db,
  batchId: string,
  raised: readonly RaisedRisk[],
  judgedAt: string,
): Promise<void> {
  const stops = raised.filter(({ finding }) => riskAtLeast(finding.level, 'high')).flatMap(stopsOf);
  await db.run(
    z.unknown(),
    HOLD,
    [
      batchId,
      stops.map(({ paymentId }) => paymentId),
      stops.map(({ payeeId }) => payeeId),
      stops.map(({ rule }) => rule),
      stops.map(({ eventId }) => eventId),
      judgedAt,
    ],
    { deadlineMs: DEADLINE_MS },
  );
}
