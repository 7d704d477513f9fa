import type { RiskEvent } from '../answers/risks.ts';
import { detailsText } from './render-payment.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';

/** Risk events, one a line. */
export function riskTable(events: readonly RiskEvent[], style: Style): string {
  if (events.length === 0) return 'No risk events.';
  return table(
    [{ title: 'ID' }, { title: 'STATE' }, { title: 'LEVEL' }, { title: 'RULE' }, { title: '' }],
    events.map(({ id, status, level, rule, explanation }) => [
      id,
      stateText(status, style),
      levelText(level, style),
      rule,
      explanation,
    ]),
    style.dim,
  );
}

/** One risk event with all that is known of it. */
export function riskCard(shown: RiskEvent, style: Style): string {
  const evidence = detailsText(shown.evidence);
  return pairs([
    ['risk event', shown.id],
    ['state', stateText(shown.status, style)],
    ['rule', `${shown.rule}, ${levelText(shown.level, style)}, ${shown.action}`],
    ['why', shown.explanation],
    ['about', shown.subject],
    ...present('actor', shown.actor),
    ...present('affiliate', shown.payeeId),
    ...present('account', shown.accountId),
    ...present('payment', shown.paymentId),
    ...present('batch', shown.batchId),
    ...present('evidence', evidence === '' ? null : evidence),
    ['owner', shown.owner ?? 'nobody'],
    ...present('resolution', shown.resolution),
    ...present('reason', shown.resolutionReason),
    ...present('resolved by', shown.resolvedBy),
    ['raised', shown.createdAt],
    ...present('resolved', shown.resolvedAt),
  ]);
}

const present = (name: string, value: string | null): (readonly [string, string])[] =>
  value === null ? [] : [[name, value]];

const stateText = (status: string, style: Style): string =>
  status === 'OPEN' ? style.warn(status) : style.good(status);

const levelText = (level: string, style: Style): string =>
  level === 'high' || level === 'critical' ? style.bad(level) : level;
