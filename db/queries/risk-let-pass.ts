import { z } from 'zod';
import type { RiskFinding } from '../../domain/risk/finding.ts';
import { RISK_LEVELS, riskAtLeast, type RiskLevel } from '../../domain/risk/rule.ts';
import type { Db } from '../client.ts';

const resolvedRow = z.object({ rule: z.string(), subject: z.string(), level: z.enum(RISK_LEVELS) });

/**
 * The findings about a batch and its payments that no person has let pass yet: one of a rule and subject
 * whose event was resolved comes again only where it has grown worse.
 */
export const withoutLetPass = (db: Db, findings: readonly RiskFinding[]): Promise<RiskFinding[]> =>
  withoutEvents(db, findings, ['RESOLVED']);

/** The findings that have no event yet, open or resolved, or have grown worse than it. */
export const withoutKnown = (db: Db, findings: readonly RiskFinding[]): Promise<RiskFinding[]> =>
  withoutEvents(db, findings, ['OPEN', 'RESOLVED']);

async function withoutEvents(
  db: Db,
  findings: readonly RiskFinding[],
  states: readonly ('OPEN' | 'RESOLVED')[],
): Promise<RiskFinding[]> {
  if (findings.length === 0) return [];
  const rows = await db.run(
    resolvedRow,
    `select e.rule, e.subject, e.level
     from unnest($1::text[], $2::text[]) as i (rule, subject)
     join risk_events e on e.rule = i.rule and e.subject = i.subject and e.status = any($3::text[])`,
    [findings.map(({ rule }) => rule), findings.map(({ subject }) => subject), [...states]],
  );
  const passed = new Map<string, RiskLevel>();
  for (const { rule, subject, level } of rows) {
    const key = `${rule} ${subject}`;
    const known = passed.get(key);
    if (!known || riskAtLeast(level, known)) passed.set(key, level);
  }
  return findings.filter(({ rule, subject, level }) => {
    const known = passed.get(`${rule} ${subject}`);
    return !known || !riskAtLeast(known, level);
  });
}
