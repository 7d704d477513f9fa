import { Context } from '@temporalio/activity';
import { paymentReference } from '../domain/ids.ts';
import { isFound } from '../domain/found.ts';
import { raiseAlarms } from '../db/queries/alarms.ts';
import { acceptedPayments, toLookupOrder, type OpenPayment } from '../db/queries/open-payments.ts';
import { toVerdict } from '../db/queries/record-outcomes.ts';
import { recordFound } from '../db/queries/record-found.ts';
import { loadBatch } from '../db/queries/slot.ts';
import type { Db } from '../db/client.ts';
import type { Provider } from '../providers/port.ts';
import { beating } from './beating.ts';
import { bookPartials } from './book-partials.ts';
import { providerNamed, type BatchRef, type Deps } from './deps.ts';
import { lookupPage } from './lookup-page.ts';

/**
 * Asks the provider about every payment of the batch that it accepted and that has not ended: the
 * net under the webhooks. Records ends alone; anything else leaves the payment as it is, and words
 * that nobody knows are a case. A try after a crash goes on from where the last one was.
 */
export const makePollPayments = ({ db, providers }: Deps) =>
  async function pollPayments({ batchId }: BatchRef): Promise<void> {
    const batch = await loadBatch(db, batchId);
    if (!batch) return;
    const provider = providerNamed(providers, batch.provider);
    const limit = lookupPage(provider);
    const reached: unknown = Context.current().info.heartbeatDetails;
    let afterId = typeof reached === 'string' ? reached : '';
    const work = async () => {
      for (;;) {
        const page = await acceptedPayments(db, batchId, afterId, limit);
        await settle(db, provider, page);
        const last = page.at(-1);
        if (!last || page.length < limit) return;
        afterId = last.id;
      }
    };
    await beating(() => afterId, work);
  };

async function settle(db: Db, provider: Provider, page: readonly OpenPayment[]): Promise<void> {
  if (page.length === 0) return;
  const found = await provider.lookup(page.map(toLookupOrder));
  const read = page.flatMap((payment) => {
    const outcome = found.get(paymentReference(payment.id, payment.generation));
    return outcome ? [{ payment, outcome }] : [];
  });
  await raiseAlarms(
    db,
    provider.name,
    read.map(({ payment, outcome }) => ({
      paymentId: payment.id,
      generation: payment.generation,
      batchId: payment.batch_id,
      outcome,
    })),
  );
  const verdicts = read.flatMap(({ payment: { id, generation, failures }, outcome }) =>
    isFound(outcome) && outcome.kind !== 'ACCEPTED'
      ? [toVerdict({ paymentId: id, generation, failures }, outcome)]
      : [],
  );
  await recordFound(db, verdicts);
  await bookPartials(db, read);
}
