import { formatAmount } from '../../lib/currency.ts';
import { count, providerLabel } from '../../lib/words.ts';
import type { ApprovalRule } from './queries.ts';

export const roleLabel = (role: string): string => role.replace('_', ' ');

/** When a rule asks; amounts are in the currency of the policy, which not everybody may read. */
export function conditionLines(
  { conditions }: Pick<ApprovalRule, 'conditions'>,
  baseCurrency: string | undefined,
): string[] {
  const money = (amount: number) =>
    baseCurrency === undefined
      ? `${amount.toLocaleString('en')} minor units of the base currency`
      : `${formatAmount(amount, baseCurrency)} ${baseCurrency}`;
  const { totalAtLeastMinor, paymentAtLeastMinor, paymentsAtLeast, riskAtLeast } = conditions;
  const lines: (string | 0 | undefined)[] = [
    totalAtLeastMinor && `all of it comes to ${money(totalAtLeastMinor)} or more`,
    paymentAtLeastMinor && `one payment is ${money(paymentAtLeastMinor)} or more`,
    paymentsAtLeast && `it has ${count(paymentsAtLeast, 'payment')} or more`,
    conditions.currencies && `it is in ${conditions.currencies.join(' or ')}`,
    conditions.providers && `it goes by ${conditions.providers.map(providerLabel).join(' or ')}`,
    conditions.newPayee === undefined
      ? undefined
      : conditions.newPayee
        ? 'somebody is paid for the first time'
        : 'nobody is paid for the first time',
    conditions.changedAccount === undefined
      ? undefined
      : conditions.changedAccount
        ? 'an account was changed lately'
        : 'no account was changed lately',
    conditions.creators && `it was made by ${conditions.creators.join(' or ')}`,
    conditions.sources && `it came by ${conditions.sources.join(' or ')}`,
    riskAtLeast && `its risk is ${riskAtLeast} or worse`,
  ];
  return lines.filter((line) => typeof line === 'string');
}

/** Whose words it asks for. */
export const stepsText = ({ steps, ordered }: Pick<ApprovalRule, 'steps' | 'ordered'>): string =>
  steps.map((step) => count(step.count, roleLabel(step.role))).join(ordered ? ', then ' : ', ');
