import type { WhyNotPaid } from '../answers/payables.ts';
import { moneyOf } from '../money.ts';
import type { Style } from './style.ts';
import { pairs } from './table.ts';

/** What one payee is owed, by currency, with all that stands against paying it. */
export function whyNotPaidText({ currencies, holds }: WhyNotPaid, style: Style): string {
  const blocks = currencies.map((owed) => currencyText(owed, style));
  const held = holds.map(
    ({ id, kind, reason, owner, expiresAt }) =>
      `  ${style.warn(kind)} hold ${id} by ${owner}${expiresAt === null ? '' : ` until ${expiresAt}`}: ${reason}`,
  );
  return [...blocks, ...(held.length === 0 ? [] : [['holds', ...held].join('\n')])].join('\n\n');
}

function currencyText(owed: WhyNotPaid['currencies'][number], style: Style): string {
  const money = (amount: number) => moneyOf(amount, owed.currency);
  const { nextAvailableAt, inFlight, lastLeftOut } = owed;
  const amounts = pairs([
    ['payable', money(owed.payableAmount)],
    ...(owed.heldAmount === 0 ? [] : [['on hold', money(owed.heldAmount)] as const]),
    ...(nextAvailableAt === null
      ? []
      : [
          ['maturing', `${money(owed.maturingAmount)}, the next of it ${nextAvailableAt}`] as const,
        ]),
    ...inFlight.map(
      ({ paymentId, status, holdReason, amount }) =>
        [
          'in flight',
          `${money(amount)} ${paymentId} ${status}${holdReason === null ? '' : ` (${holdReason})`}`,
        ] as const,
    ),
    ['minimum', `${money(owed.minimum.amount)}, of the ${owed.minimum.from}`],
    ...(lastLeftOut === null
      ? []
      : [['left out', `by batch ${lastLeftOut.batchNumber}: ${lastLeftOut.code}`] as const]),
  ]);
  if (owed.payable) return `${amounts}\n${style.good('Nothing stands against paying it now.')}`;
  // Nothing is below every minimum, but no minimum is why.
  const reasons = owed.reasons.flatMap(({ code, sentence, remedy }) =>
    code === 'below_minimum' && owed.payableAmount === 0
      ? [`${style.warn(code)}: Nothing is owed in ${owed.currency} that is not paid or under way.`]
      : [`${style.warn(code)}: ${sentence}`, `  ${remedy}`],
  );
  return [amounts, ...reasons].join('\n');
}
