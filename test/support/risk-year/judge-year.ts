import { z } from 'zod';
import { openDatabase, type Db } from '../../../db/client.ts';
import { SYSTEM } from '../../../db/queries/actor.ts';
import { raiseRisk } from '../../../db/queries/risk-events.ts';
import {
  judgeAction,
  judgeBatch,
  judgeConversions,
  judgeProviderAnswers,
  judgeWebhooks,
} from '../../../db/queries/risk-judge.ts';
import type { RiskFinding } from '../../../domain/risk/finding.ts';
import { RISK_RULES, type RiskRule } from '../../../domain/risk/rule.ts';
import { openWriter } from './write-rows.ts';
import { BEGIN, DAY, iso, type Judged, type Year } from './year.ts';

/** What the rules made of a year. */
export interface YearTally {
  /** Actions that nobody planted, and those of them that a rule spoke about. */
  benign: number;
  falseAlarms: number;
  falseByRule: Map<RiskRule, number>;
  /** Actions that belong to attacks. */
  planted: number;
  /** Attacks that their own rule found, by id. */
  found: Set<number>;
  /** Of each single decision: that of a payment or an affiliate is its share of its call. */
  decisionMs: number[];
  /** Of one look-up by its key before each action, which says how busy the machine is. */
  referenceMs: number[];
  /** Of each call, by what was judged. */
  callMs: Map<Judged['kind'], number[]>;
  examples: Map<RiskRule, string>;
}

export interface JudgeOptions {
  /** So many decisions side by side, as several processes do. */
  lanes: number;
  /** Days before are written and not judged. */
  fromDay: number;
  said: (text: string) => void;
}

const ANALYZE_EVERY_DAYS = 30;

/**
 * Writes the year into the database day by day and has the product's own judges decide about everything in
 * it, as of its instant: rows of the same day that come later are there and must not count. What is found
 * is raised, and resolved at the end of the day as a person would.
 */
export async function judgeYear(
  databaseUrl: string,
  year: Year,
  { lanes, fromDay, said }: JudgeOptions,
): Promise<YearTally> {
  const db = openDatabase(databaseUrl);
  const writer = openWriter(databaseUrl);
  const tally = emptyTally();
  try {
    for (const [day, judged] of year.judged.entries()) {
      const tables = year.rows.get(day) ?? new Map();
      for (const [table, rows] of tables) {
        if (table !== 'payment_ends' && table !== 'account_changes')
          await writer.write(table, rows);
      }
      await writer.write('account_changes', tables.get('account_changes') ?? []);
      if (day % ANALYZE_EVERY_DAYS === 1) await writer.analyze();
      const now = day < fromDay ? [] : judged;
      const decide = (decided: Judged[]) => judgeDay(db, decided, { tally, day, lanes });
      await decide(now.filter(({ kind }) => kind !== 'answers'));
      await writer.write('payment_ends', tables.get('payment_ends') ?? []);
      await decide(now.filter(({ kind }) => kind === 'answers'));
      if (day % 30 === 29) said(`day ${day}: ${tally.decisionMs.length} decisions`);
    }
    return tally;
  } finally {
    await writer.close();
    await db.close();
  }
}

const emptyTally = (): YearTally => ({
  benign: 0,
  falseAlarms: 0,
  falseByRule: new Map(RISK_RULES.map((rule) => [rule, 0])),
  planted: 0,
  found: new Set(),
  decisionMs: [],
  referenceMs: [],
  callMs: new Map(),
  examples: new Map(),
});

async function judgeDay(
  db: Db,
  judged: readonly Judged[],
  { tally, day, lanes }: { tally: YearTally; day: number; lanes: number },
): Promise<void> {
  const queue = judged.toSorted((one, other) => one.at - other.at);
  const found: { judged: Judged; findings: RiskFinding[] }[] = [];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (next.kind === 'act') tally.referenceMs.push(await lookUpMs(db));
      const startedMs = performance.now();
      const findings = await judge(db, next);
      note(tally, next, findings, performance.now() - startedMs);
      if (findings.length > 0) found.push({ judged: next, findings });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const end = new Date(BEGIN + (day + 1) * DAY);
  for (const planted of [true, false]) {
    const findings = found
      .filter((each) => (each.judged.plant !== null) === planted)
      .flatMap((each) => each.findings);
    const raised = await raiseRisk(db, findings, SYSTEM, end);
    await resolve(
      db,
      raised.map(({ id }) => id),
      planted ? 'confirmed' : 'false_alarm',
      end,
    );
  }
}

async function lookUpMs(db: Db): Promise<number> {
  const startedMs = performance.now();
  await db.run(z.unknown(), 'select status from batches where id = $1', ['none']);
  return performance.now() - startedMs;
}

function judge(db: Db, judged: Judged): Promise<RiskFinding[]> {
  const at = new Date(judged.at);
  if (judged.kind === 'act') return judgeAction(db, judged.action);
  if (judged.kind === 'batch') return judgeBatch(db, judged.batchId, at);
  if (judged.kind === 'answers') return judgeProviderAnswers(db, { batchId: judged.batchId, at });
  if (judged.kind === 'webhooks') return judgeWebhooks(db, { provider: judged.provider, at });
  return judgeConversions(db, { payeeIds: judged.payeeIds, at });
}

const decisionsIn = (judged: Judged): number =>
  judged.kind === 'batch'
    ? Math.max(1, judged.payments)
    : judged.kind === 'earnings'
      ? judged.payeeIds.length
      : 1;

function note(tally: YearTally, judged: Judged, findings: RiskFinding[], ms: number): void {
  const decisions = decisionsIn(judged);
  for (let each = 0; each < decisions; each += 1) tally.decisionMs.push(ms / decisions);
  const calls = tally.callMs.get(judged.kind);
  if (calls) calls.push(ms);
  else tally.callMs.set(judged.kind, [ms]);
  const { plant } = judged;
  if (plant) {
    tally.planted += decisions;
    if (findings.some(({ rule }) => rule === plant.rule)) tally.found.add(plant.id);
    return;
  }
  tally.benign += decisions;
  tally.falseAlarms += new Set(
    findings.map((finding) => finding.paymentId ?? finding.payeeId ?? finding.batchId ?? ''),
  ).size;
  for (const { rule, explanation } of findings) {
    tally.falseByRule.set(rule, (tally.falseByRule.get(rule) ?? 0) + 1);
    tally.examples.set(rule, explanation);
  }
}

const resolve = (db: Db, ids: readonly string[], resolution: string, at: Date): Promise<unknown> =>
  db.run(
    z.unknown(),
    `update risk_events set status = 'RESOLVED', resolution = $2, resolution_reason = 'looked at', resolved_by = 'user:auditor',
       resolved_at = $3 where id = any($1::text[]) and status = 'OPEN'`,
    [ids, resolution, iso(at.getTime())],
  );

/** The value below which that share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
