import { continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { WORKFLOW_EVENTS_MAX } from '../domain/limits.ts';
import { calculation } from './activities.ts';
import { conversionsWaitingSignal, type ConversionsWaiting } from './messages.ts';

export interface CalculateEarningsInput {
  programmeId: string;
  /** What was asked for and is not done, of the run before this one. */
  asked?: ConversionsWaiting[];
  done?: CalculateEarningsResult;
}

/** Affiliates looked at, decisions made about conversions, and earnings written. */
export interface CalculateEarningsResult {
  payees: number;
  conversions: number;
  commissions: number;
}

/**
 * Turns the waiting conversions of a programme into commissions, once for each instant that was asked
 * for; what is asked for while it works is done next. Ends when nothing is asked for. Everything that
 * it knows stands in Postgres.
 */
export async function calculateEarnings(
  input: CalculateEarningsInput,
): Promise<CalculateEarningsResult> {
  const { programmeId } = input;
  const asked = [...(input.asked ?? [])];
  const done = { payees: 0, conversions: 0, commissions: 0, ...input.done };
  setHandler(conversionsWaitingSignal, (ask) => {
    if (!asked.some(({ asOf }) => asOf === ask.asOf)) asked.push(ask);
  });
  for (;;) {
    const next = asked.shift();
    if (!next) return done;
    const made = await calculation.calculateEarnings({ programmeId, asOf: next.asOf });
    done.payees += made.payees;
    done.conversions += made.conversions;
    done.commissions += made.commissions;
    if (workflowInfo().historyLength >= WORKFLOW_EVENTS_MAX) {
      await continueAsNew<typeof calculateEarnings>({ programmeId, asked, done });
    }
  }
}
