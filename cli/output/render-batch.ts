import type { Batch, BatchDetails } from '../answers.ts';
import { moneyOf } from '../money.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';

/** A batch's state in the colour that fits it. */
export function stateText(state: string, style: Style): string {
  if (state === 'COMPLETED') return style.good(state);
  if (state === 'FAILED' || state === 'RETURNED') return style.bad(state);
  if (state === 'UNKNOWN' || state === 'ON_HOLD' || state === 'CANCELLED') return style.warn(state);
  return style.accent(state);
}

/** A page of batches, one a line. */
export function batchTable(batches: readonly Batch[], style: Style): string {
  if (batches.length === 0) return 'No batches.';
  return table(
    [
      { title: 'NUMBER', right: true },
      { title: 'ID' },
      { title: 'STATE' },
      { title: 'AMOUNT', right: true },
      { title: 'PAYMENTS', right: true },
      { title: 'PAID', right: true },
      { title: 'CREATED' },
    ],
    batches.map((batch) => [
      String(batch.batchNumber),
      batch.id,
      stateText(batch.status, style) + (batch.pausedReason === null ? '' : ' (paused)'),
      moneyOf(batch.totalAmount, batch.currency),
      String(batch.paymentCount),
      String(batch.counts['COMPLETED'] ?? 0),
      batch.createdAt,
    ]),
    style.dim,
  );
}

/** Payments by state with their amounts, without the states that none is in. */
export function paymentsByState(batch: Batch, style: Style): string {
  const present = Object.entries(batch.counts).filter(([, count]) => (count ?? 0) > 0);
  return table(
    [{ title: 'STATE' }, { title: 'PAYMENTS', right: true }, { title: 'AMOUNT', right: true }],
    present.map(([state, count]) => [
      stateText(state, style),
      String(count),
      moneyOf(batch.amounts[state] ?? 0, batch.currency),
    ]),
    style.dim,
  );
}

/** Everything about one batch that fits on a screen. */
export function batchCard(batch: BatchDetails, style: Style): string {
  const { result } = batch;
  const head = pairs([
    ['batch', `${batch.batchNumber}  ${batch.id}`],
    ['state', stateText(batch.status, style)],
    ...optional('paused', batch.pausedReason),
    ...optional('cancelled', batch.cancelReason),
    ['amount', moneyOf(batch.totalAmount, batch.currency)],
    ['payments', `${batch.paymentCount} by ${batch.provider}, in ${batch.chunkCount} chunks`],
    ['created', `${batch.createdAt} by ${batch.createdBy}`],
    ...optional('note', batch.note),
    ['workflow', batch.workflowId],
    ['content', batch.contentHash],
  ]);
  const errors = result.errors.map(({ code, count }) => `  ${count} × ${code}`);
  return [
    head,
    '',
    paymentsByState(batch, style),
    ...(errors.length === 0 ? [] : ['', 'Failures:', ...errors]),
  ].join('\n');
}

const optional = (name: string, value: string | null): (readonly [string, string])[] =>
  value === null ? [] : [[name, value]];
