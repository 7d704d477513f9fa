import { Context } from '@temporalio/activity';
import { paymentReference } from '../domain/ids.ts';
import { acceptedPayments, toLookupOrder, type OpenPayment } from '../db/queries/open-payments.ts';
import { recordOutcomes, toVerdict } from '../db/queries/record-outcomes.ts';
import { loadBatch } from '../db/queries/slot.ts';
import type { Db } from '../db/client.ts';
import type { Provider } from '../providers/port.ts';
import { providerNamed, type BatchRef, type Deps } from './deps.ts';

const PAGE = 1_000;

/**
 * Asks the provider about every payment of the batch that it accepted and that has not ended: the
 * net under the webhooks. Records ends alone; anything else leaves the payment as it is.
 */
export const makePollPayments = ({ db, providers }: Deps) =>
  async function pollPayments({ batchId }: BatchRef): Promise<void> {
    const batch = await loadBatch(db, batchId);
    if (!batch) return;
    const provider = providerNamed(providers, batch.provider);
    let afterId = '';
    for (;;) {
      const page = await acceptedPayments(db, batchId, afterId, PAGE);
      await settle(db, provider, page);
      Context.current().heartbeat(page.length);
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      afterId = last.id;
    }
  };

async function settle(db: Db, provider: Provider, page: readonly OpenPayment[]): Promise<void> {
  if (page.length === 0) return;
  const found = await provider.lookup(page.map(toLookupOrder));
  const verdicts = page.flatMap(({ id, generation, failures }) => {
    const result = found.get(paymentReference(id, generation));
    const ended =
      result &&
      result.kind !== 'ABSENT' &&
      result.kind !== 'AMBIGUOUS' &&
      result.kind !== 'ACCEPTED';
    return ended ? [toVerdict({ paymentId: id, generation, failures }, result)] : [];
  });
  await recordOutcomes(db, verdicts, null);
}
