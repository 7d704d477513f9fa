import type { Logger } from 'pino';
import { evaluate, type AlertStep } from '../../domain/alerts/evaluate.ts';
import { MEASURE_TERMS, type Measure } from '../../domain/alerts/measures.ts';
import { summaryOf } from '../../domain/alerts/words.ts';
import type { Db } from '../client.ts';
import {
  databaseNowMs,
  lookAgainIn,
  openAlertsOf,
  takeDueRules,
  type DueRule,
} from '../queries/alert-looks.ts';
import { readMeasure, type AlertSenses } from '../queries/alert-readings.ts';
import { recordStep } from '../queries/alert-steps.ts';

/** What looks at rules work with. */
export interface LookTools {
  db: Db;
  log: Logger;
  senses: AlertSenses;
}

/** Which rules are looked at: those of one pace among the measures that this process can read. */
export interface LookScope {
  measures: readonly Measure[];
  pace: 'quick' | 'slow';
  /** How often the quick ones, over all processes; the slow ones once in their window. */
  everySeconds: number;
}

const SLOW_AGAIN_SECONDS = 600;

/**
 * Looks at each rule that is due and that no other process has taken: reads its measure, and records what
 * follows. A rule that cannot be read keeps no other from its turn. Answers whether somebody is to be told.
 */
export async function lookAtRules(tools: LookTools, scope: LookScope): Promise<boolean> {
  const slow = scope.pace === 'slow';
  const measures = scope.measures.filter((one) => MEASURE_TERMS[one].pace === scope.pace);
  const everySeconds = slow ? null : scope.everySeconds;
  let told = false;
  for (const rule of await takeDueRules(tools.db, { measures, everySeconds })) {
    try {
      if (await lookAt(tools, rule)) told = true;
    } catch (error) {
      tools.log.warn(
        { err: error, ruleId: rule.id, measure: rule.measure },
        'an alert rule was not read',
      );
      if (slow) await lookAgainIn(tools.db, rule.id, SLOW_AGAIN_SECONDS);
    }
  }
  return told;
}

async function lookAt({ db, senses }: LookTools, rule: DueRule): Promise<boolean> {
  const readings = await readMeasure(db, rule, senses);
  const open = await openAlertsOf(db, rule.id);
  let told = false;
  for (const step of evaluate(rule, readings, open, await databaseNowMs(db))) {
    const summary = sentenceOf(rule, step);
    if (await recordStep(db, { ruleId: rule.id, step, summary })) told = true;
  }
  return told;
}

/** What a step says was read; nothing where nothing was. */
function sentenceOf(rule: DueRule, step: AlertStep): string {
  if (!('value' in step) || step.value === null) return '';
  return summaryOf(rule, { subject: step.subject, value: step.value });
}
