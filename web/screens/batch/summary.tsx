import type { BatchDetail } from '../../lib/queries.ts';
import { useSession } from '../../lib/may.ts';
import { actorLabel, count } from '../../lib/words.ts';
import { Facts, Figure, Figures } from '../../ui/facts.tsx';
import { Money } from '../../ui/money.tsx';
import { Time } from '../../ui/time.tsx';

/** A batch in figures, then the facts of how it came to be. */
export function Summary({ batch }: { batch: BatchDetail }) {
  const { actor } = useSession();
  const { counts, amounts, currency } = batch;
  const money = (amount: number) => <Money amount={amount} currency={currency} />;
  const moving = counts.PROCESSING + counts.UNKNOWN;
  const failed = counts.FAILED + counts.RETURNED;
  const figures: readonly (readonly [label: string, n: number, amount: number])[] = [
    ['Paid', counts.COMPLETED, amounts.COMPLETED],
    ['In flight', moving, amounts.PROCESSING + amounts.UNKNOWN],
    ['Waiting', counts.PENDING + counts.ON_HOLD, amounts.PENDING + amounts.ON_HOLD],
    ['Failed or returned', failed, amounts.FAILED + amounts.RETURNED],
    ['Cancelled', counts.CANCELLED, amounts.CANCELLED],
  ];
  return (
    <>
      <Figures>
        {figures
          .filter(([label, n]) => n > 0 || label !== 'Cancelled')
          .map(([label, n, amount]) => (
            <Figure key={label} label={label} note={money(amount)}>
              {n.toLocaleString('en')}
            </Figure>
          ))}
        <Figure label="All" note={money(batch.totalAmount)}>
          {batch.paymentCount.toLocaleString('en')}
        </Figure>
      </Figures>
      <Facts
        facts={{
          'Made by': actorLabel(batch.createdBy, actor),
          Made: <Time at={batch.createdAt} />,
          'Changed last by': batch.editedBy && actorLabel(batch.editedBy, actor),
          'Not before': batch.scheduledFor && <Time at={batch.scheduledFor} />,
          Approvals:
            batch.approvals.required === 0
              ? 'none needed'
              : `${batch.approvals.required - batch.approvals.missing} of ${batch.approvals.required}`,
          Risk: batch.risk && `open event, level ${batch.risk}`,
          'Left out':
            batch.skipped.length === 0
              ? null
              : count(
                  batch.skipped.reduce((sum, skip) => sum + skip.count, 0),
                  'payee',
                ),
          Note: batch.note,
          'Cancelled because': batch.cancelReason,
          Workflow: batch.workflowUrl && (
            <a href={batch.workflowUrl} target="_blank" rel="noreferrer">
              Open in Temporal
            </a>
          ),
        }}
      />
    </>
  );
}
