import type { Calculated, Payout, PayoutWithItems } from '../answers/revenue.ts';
import { moneyOf } from '../money.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';

/** How an amount is divided, one recipient a line. */
export function calculatedTable(split: Calculated, style: Style): string {
  const money = (amount: number) => moneyOf(amount, split.currency);
  const parts = table(
    [
      { title: 'RECIPIENT' },
      { title: 'GROSS', right: true },
      { title: 'FEE', right: true },
      { title: 'TAX', right: true },
      { title: 'NET', right: true },
    ],
    split.breakdown.map((part) => [
      part.recipientId,
      money(part.grossShare),
      money(part.platformFeeShare),
      money(part.taxWithheldShare),
      money(part.netAmount),
    ]),
    style.dim,
  );
  return `${parts}\n\n${pairs([
    ['model', `version ${split.modelVersion}`],
    ['amount', money(split.amount)],
    ['platform fee', money(split.platformFee)],
    ['tax withheld', money(split.taxWithheld)],
    ['to recipients', money(split.totalDistributed)],
  ])}`;
}

/** Releases, one a line. */
export function payoutTable(payouts: readonly Payout[], style: Style): string {
  if (payouts.length === 0) return 'No payouts.';
  return table(
    [
      { title: 'BATCH' },
      { title: 'STATE' },
      { title: 'ESCROW' },
      { title: 'MILESTONE' },
      { title: 'AMOUNT', right: true },
      { title: 'TO RECIPIENTS', right: true },
    ],
    payouts.map((payout) => [
      payout.batchId,
      stateText(payout.status, style),
      payout.escrowId,
      payout.milestoneId ?? '',
      moneyOf(payout.amount, payout.currency),
      moneyOf(payout.totalNet, payout.currency),
    ]),
    style.dim,
  );
}

/** One release with its recipients. */
export function payoutCard(payout: PayoutWithItems, style: Style): string {
  const money = (amount: number) => moneyOf(amount, payout.currency);
  const card = pairs([
    ['batch', payout.batchId],
    ['state', stateText(payout.status, style)],
    ['escrow', [payout.escrowId, payout.milestoneId].filter(Boolean).join(', milestone ')],
    ['project', payout.projectId],
    ['amount', money(payout.amount)],
    ['platform fee', money(payout.platformFee)],
    ['tax withheld', money(payout.taxWithheld)],
    ['to recipients', money(payout.totalNet)],
    ['refunded', money(payout.refunded)],
  ]);
  const items = table(
    [{ title: 'RECIPIENT' }, { title: 'STATE' }, { title: 'NET', right: true }, { title: '' }],
    payout.items.map((item) => [
      item.recipientId,
      stateText(item.status, style),
      money(item.netAmount),
      item.failureReason ?? item.paymentId ?? '',
    ]),
    style.dim,
  );
  return `${card}\n\n${items}`;
}

function stateText(status: string, style: Style): string {
  if (status === 'paid' || status === 'completed') return style.good(status);
  if (status === 'failed' || status === 'cancelled') return style.bad(status);
  return status === 'pending_kyc' || status === 'partial' ? style.warn(status) : status;
}
