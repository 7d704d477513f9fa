import type { Calculated, CommissionWhy } from '../answers/commissions.ts';
import { moneyOf } from '../money.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';

/** A commission, the versions of rules that it went by, and its arithmetic step by step. */
export function commissionCard(
  { commission, conversion, rules, steps }: CommissionWhy,
  style: Style,
): string {
  const money = (amount: number) => moneyOf(amount, commission.currency);
  const versions = new Set(
    Object.values(rules).map(({ ruleId, version }) => `${ruleId} v${version}`),
  );
  const card = pairs([
    ['commission', commission.id],
    ['kind', commission.kind],
    ['affiliate', commission.affiliateId],
    ['state', commission.status],
    ['amount', money(commission.amount)],
    ['earned', commission.earnedAt],
    ['payable from', commission.availableAt ?? 'at once'],
    ['conversion', conversion ? `${conversion.id} (${conversion.externalId})` : ''],
    ['rules', [...versions].join(', ')],
  ]);
  const lines = table(
    [{ title: 'STEP' }, { title: 'AMOUNT', right: true }, { title: '' }],
    steps.map(({ step, text, amount }) => [step, amount === null ? '' : money(amount), text]),
    style.dim,
  );
  return `${card}\n\n${lines}`;
}

/** What a calculation came to, or where it can be followed. */
export function calculatedText({ done, rejudgedAffiliates, workflowId }: Calculated): string {
  const judged = rejudgedAffiliates > 0 ? `${rejudgedAffiliates} affiliates judged anew. ` : '';
  if (!done) return `${judged}Under way as ${workflowId}.`;
  const { affiliates, decisions, commissions } = done;
  return `${judged}${affiliates} affiliates, ${decisions} decisions, ${commissions} commissions.`;
}
