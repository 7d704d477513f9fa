import { z } from 'zod';
import { RISK_LEVELS } from '../../domain/risk/rule.ts';
import type { RiskFinding } from '../../domain/risk/finding.ts';
import type { Actor } from './actor.ts';
import type { Runner } from './runner.ts';
import { newId } from '../new-id.ts';

/** A finding and its event. */
export interface RaisedRisk {
  id: string;
  /** False where the event stood open before, no worse than now. */
  raised: boolean;
  finding: RiskFinding;
}

const stored = z.object({ ordinal: z.number(), id: z.string().nullable(), raised: z.boolean() });

const RANK = (column: string): string =>
  `array_position(array['${RISK_LEVELS.join("','")}'], ${column})`;

const RAISE = `
  with input as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
      $9::text[], $10::text[], $11::text[], $12::text[])
      with ordinality as i (id, rule, level, action, subject, actor, payee_id, account_id, payment_id, batch_id,
        explanation, evidence, ordinal)
  ),
  written as (
    insert into risk_events as e (id, rule, level, action, subject, actor, payee_id, account_id, payment_id, batch_id,
      explanation, evidence, created_at)
    select id, rule, level, action, subject, actor, payee_id, account_id, payment_id, batch_id, explanation,
      evidence::jsonb, $16::timestamptz
    from input
    on conflict (rule, subject) where status = 'OPEN' do update
      set level = excluded.level, action = excluded.action, explanation = excluded.explanation, evidence = excluded.evidence
      where ${RANK('excluded.level')} > ${RANK('e.level')}
    returning e.*
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, payment_id, actor, ip_address, user_agent, details, created_at)
    select 'risk.raised', 'WARNING', batch_id, payment_id, $13, $14::text, $15::text,
      jsonb_build_object('riskEventId', id, 'rule', rule, 'level', level, 'action', action, 'subject', subject,
        'explanation', explanation, 'evidence', evidence),
      $16::timestamptz
    from written
  )
  select i.ordinal::int as ordinal, coalesce(w.id, s.id) as id, w.id is not null as raised
  from input i
  left join written w on w.rule = i.rule and w.subject = i.subject
  left join risk_events s on w.id is null and s.rule = i.rule and s.subject = i.subject and s.status = 'OPEN'`;

const TRIES_MAX = 5;

/**
 * Stores findings, each with its audit row `risk.raised`: once for each open rule and subject, raised to
 * the worse level where it has grown. Answers the event of every finding. Safe to repeat.
 */
export async function raiseRisk(
  db: Runner,
  findings: readonly RiskFinding[],
  actor: Actor,
  at: Date = new Date(),
): Promise<RaisedRisk[]> {
  const each = worstOfEach(findings);
  if (each.length === 0) return [];
  // One that somebody raises at the same moment is seen by the next try.
  for (let tries = 1; tries < TRIES_MAX; tries += 1) {
    const rows = await db.run(stored, RAISE, parametersOf(each, actor, at));
    const raised = rows.flatMap(({ ordinal, id, raised: isNew }) => {
      const finding = each[ordinal - 1];
      return finding && id !== null ? [{ id, raised: isNew, finding }] : [];
    });
    if (raised.length === each.length) return raised;
  }
  throw new Error('risk events were raised and resolved over and over at the same moment');
}

function worstOfEach(findings: readonly RiskFinding[]): RiskFinding[] {
  const worst = new Map<string, RiskFinding>();
  for (const finding of findings) {
    const key = `${finding.rule} ${finding.subject}`;
    const known = worst.get(key);
    const grown = !known || RISK_LEVELS.indexOf(finding.level) > RISK_LEVELS.indexOf(known.level);
    if (grown) worst.set(key, finding);
  }
  return [...worst.values()];
}

const parametersOf = (findings: readonly RiskFinding[], actor: Actor, at: Date): unknown[] => [
  findings.map(() => newId('riskEvent')),
  findings.map(({ rule }) => rule),
  findings.map(({ level }) => level),
  findings.map(({ action }) => action),
  findings.map(({ subject }) => subject),
  findings.map((finding) => finding.actor ?? null),
  findings.map(({ payeeId }) => payeeId ?? null),
  findings.map(({ accountId }) => accountId ?? null),
  findings.map(({ paymentId }) => paymentId ?? null),
  findings.map(({ batchId }) => batchId ?? null),
  findings.map(({ explanation }) => explanation),
  findings.map(({ evidence }) => JSON.stringify(evidence)),
  actor.id,
  actor.ipAddress,
  actor.userAgent,
  at.toISOString(),
];
