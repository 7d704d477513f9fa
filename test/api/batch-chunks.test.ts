import { expect, test } from 'vitest';
import { sentPayments } from '../support/sent-payments.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();

test('chunks add up to their batch, each with its payments by state and when they were sent', async () => {
  const sent = await sentPayments(api.db, 101);
  const [payment] = sent;
  if (!payment) throw new Error('no payment was made');
  await api.db.orm.execute(
    `update payments set status = 'COMPLETED', completed_at = now() where id = '${payment.id}'`,
  );
  const answer = await api.get(`/batches/${payment.batchId}/chunks`, { as: 'viewer' });
  const batch = await api.get(`/batches/${payment.batchId}`);
  expect(answer.at('chunks')).toMatchObject([
    { payments: 100, counts: { PROCESSING: 99, COMPLETED: 1, FAILED: 0 } },
    { payments: 1, counts: { PROCESSING: 1, COMPLETED: 0 }, lastPaidAt: null },
  ]);
  const amounts = answer
    .list('chunks')
    .map((chunk) => Number(Reflect.get(Object(chunk), 'amount')));
  expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(batch.at('batch.totalAmount'));
  expect(answer.at('chunks.0.lastPaidAt')).toEqual(expect.stringMatching(/Z$/));
  expect(answer.at('chunks.1.firstSentAt')).toEqual(answer.at('chunks.1.lastSentAt'));
});

test('a batch that is not there is 404', async () => {
  expect((await api.get(`/batches/bat_${'0'.repeat(32)}/chunks`)).status).toBe(404);
});
