import type { Logger } from 'pino';
import type { Db } from '../db/client.ts';
import { SYSTEM, type Actor } from '../db/queries/actor.ts';
import { freezeActor, openRiskOf } from '../db/queries/actor-risk.ts';
import { assessBatch } from '../db/queries/assess-batch.ts';
import { guardOnce } from '../db/queries/guard-batch.ts';
import { raiseRisk, type RaisedRisk } from '../db/queries/risk-events.ts';
import {
  judgeAction,
  judgeRuleChange,
  type JudgedAction,
  type JudgedKind,
} from '../db/queries/risk-judge.ts';
import { DomainError } from '../domain/errors.ts';
import type { RiskFinding } from '../domain/risk/finding.ts';
import { actorOf, type AppContext } from './http/context.ts';

/** What is held while an event about its actor is open. */
export type GuardedKind = Extract<JudgedKind, 'approve' | 'execute' | 'pay' | 'reveal' | 'export'>;

/**
 * Lets an action through only where no rule holds its actor. Judges the action, raises what the rules
 * find, and freezes the key or person at a critical finding. To be called once the call is known to be
 * valid and what it is about to be there, before anything is changed. Throws `risk_hold`; whatever
 * fails in here refuses the action.
 */
export async function guardAction(
  c: AppContext,
  kind: GuardedKind,
  { batchId }: { batchId?: string } = {},
): Promise<void> {
  const { db } = c.var.deps;
  if (batchId !== undefined) await guardOnce(db, batchId);
  const by = judgedOf(actorOf(c));
  const { actor } = by;
  const raised = await judge(db, c.var.log, { ...by, kind, batchId });
  if (batchId !== undefined && raised.length > 0) await assessBatch(db, batchId);
  const open = await openRiskOf(db, actor);
  if (!open) return;
  if (open.level === 'critical') await freeze(c, `the risk event ${open.id} (${open.rule})`);
  throw new DomainError(
    'risk_hold',
    `The risk event ${open.id} (${open.rule}) holds what you do with money and account details, until somebody else who holds "audit" resolves it.`,
  );
}

/**
 * Judges something that has happened already, as a denial or a failed sign-in, and raises what the
 * rules find. Never throws: what was refused stays refused whatever becomes of its judgement, and the
 * next one looks again.
 */
export async function observeAction(db: Db, log: Logger, action: JudgedAction): Promise<void> {
  await judge(db, log, { ...action, recorded: true }).catch((error: unknown) =>
    log.error({ err: error, kind: action.kind }, 'an action was not judged'),
  );
}

/** The actor as judged actions name them. */
export const judgedOf = ({ id, ipAddress, userAgent }: Actor) => ({
  actor: id,
  ipAddress,
  userAgent,
});

/**
 * Has the rules look at the batches that wait, after rates or limits were changed: of a programme, or
 * all. Never throws: they are judged again before they are executed.
 */
export async function observeRuleChange(c: AppContext, programmeId: string | null): Promise<void> {
  const { db } = c.var.deps;
  try {
    const raised = await raise(db, c.var.log, await judgeRuleChange(db, { programmeId }));
    for (const { finding } of raised) {
      if (finding.batchId !== undefined) await assessBatch(db, finding.batchId);
    }
  } catch (error) {
    c.var.log.error({ err: error }, 'a change of rules was not judged');
  }
}

async function judge(db: Db, log: Logger, action: JudgedAction): Promise<RaisedRisk[]> {
  return raise(db, log, await judgeAction(db, action));
}

/** Stores findings, and says each new one in the log. */
export async function raise(
  db: Db,
  log: Logger,
  findings: readonly RiskFinding[],
): Promise<RaisedRisk[]> {
  if (findings.length === 0) return [];
  const events = await raiseRisk(db, findings, SYSTEM);
  for (const { id, raised, finding } of events) {
    const { rule, level, action } = finding;
    if (raised) log.warn({ riskEventId: id, rule, level, action }, 'a risk rule found something');
  }
  return events;
}

/** A frozen key or session works nowhere any more; here at once, elsewhere within a second. */
async function freeze(c: AppContext, why: string): Promise<void> {
  const { db, keys, auth } = c.var.deps;
  await freezeActor(db, c.var.caller.actor, `Frozen by ${why}.`);
  keys.forget();
  auth.sessions.forget();
}
