import { wasAccepted, type ActorFacts } from './actor-facts.ts';
import { aboutActor } from './actor-finding.ts';
import type { RiskFinding } from './finding.ts';
import type { RiskSettings } from './settings.ts';
import { percent } from './words.ts';

const ACCEPTED_DAYS = 90;

/**
 * One person approves nearly all that another one makes, or approves faster than anybody reads. What the
 * product itself made has no creator who could be in league with anybody.
 */
export function approverPair(
  facts: ActorFacts,
  settings: RiskSettings['approver_pair'],
): RiskFinding | null {
  const { actor, at, approved } = facts;
  if (!settings.enabled || facts.quiet || facts.kind !== 'approve' || approved === null)
    return null;
  const { creator, madeAt, batchId } = approved;
  const seconds = Math.max(0, (at.getTime() - madeAt.getTime()) / 1_000);
  const hasty = seconds < settings.withinSeconds;
  const byAll = approved.byAll + 1;
  const share = (approved.byThisActor + 1) / byAll;
  const pair = `${creator} ${actor} `;
  const close =
    creator !== 'system' &&
    byAll >= settings.leastApprovals &&
    share > settings.shareAbove &&
    !wasAccepted(facts, 'approver_pair', ACCEPTED_DAYS, (subject) => subject.startsWith(pair));
  if (!hasty && !close) return null;
  const reasons = [
    ...(close
      ? [
          `${percent(share)} of the ${byAll} approvals of what ${creator} made in ${settings.withinDays} days`,
        ]
      : []),
    ...(hasty ? [`this batch ${Math.floor(seconds)} seconds after it was made`] : []),
  ];
  return aboutActor(
    'approver_pair',
    settings.level,
    facts,
    hasty && !close ? batchId : `${pair}${batchId}`,
    `${actor} gave ${reasons.join(', and ')}.`,
    { creator, share, approvals: byAll, secondsAfterMaking: Math.floor(seconds) },
  );
}
