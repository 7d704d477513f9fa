import { expect, test } from 'vitest';
import { affiliate, commission, unique } from './support/data.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();

/** Adds a payee whose name holds these words, with an approved account and one commission. */
async function addNamed(words: string, amount: number): Promise<string> {
  const made = await api.post('/affiliates', affiliate({ fullName: `Ada ${words}` }));
  const affiliateId = String(made.at('items.0.id'));
  await api.post('/mock/accounts', {
    affiliateId,
    accountRef: unique('ref'),
    kycStatus: 'APPROVED',
  });
  await api.post('/commissions', commission(affiliateId, { amount }));
  return affiliateId;
}

const idsIn = (answer: Awaited<ReturnType<typeof api.post>>, path: string) =>
  answer
    .list(path)
    .map((each) => String(Reflect.get(Object(each), 'affiliateId')))
    .toSorted();

test('a batch of all that match is previewed and made of exactly those whom the list finds', async () => {
  const words = unique('match');
  const small = await addNamed(words, 1_000);
  const large = await addNamed(words, 3_000);
  const largest = await addNamed(words, 4_000);
  const other = await addNamed('somebody else', 5_000);
  const named = await api.post('/batches/preview', { q: words.toUpperCase() });
  expect(idsIn(named, 'preview')).toEqual([small, large, largest].toSorted());

  const asked = { q: words, minAmount: 3_000 };
  const found = await api.get(`/affiliates/payable?q=${words}&minAmount=3000&currency=USD`);
  const preview = await api.post('/batches/preview', asked);
  expect(idsIn(preview, 'preview')).toEqual(
    found
      .list('affiliates')
      .map((each) => String(Reflect.get(Object(each), 'id')))
      .toSorted(),
  );
  expect(preview.at('summary')).toMatchObject({ totalAffiliates: 2, totalAmount: 7_000 });

  const previewHash = preview.at('previewHash');
  const made = await api.post('/batches', { ...asked, previewHash });
  expect(made.status).toBe(201);
  expect(made.at('excluded')).toEqual([]);
  const payments = await api.get(`/batches/${String(made.at('batch.id'))}/payments`);
  expect(idsIn(payments, 'payments')).toEqual([large, largest].toSorted());
  const left = await api.get('/affiliates/payable?currency=USD');
  const leftIds = left.list('affiliates').map((each) => Reflect.get(Object(each), 'id'));
  expect(leftIds).toEqual(expect.arrayContaining([small, other]));
});

test('who comes to match after the preview makes it stale, and nothing is paid', async () => {
  const words = unique('late');
  await addNamed(words, 2_000);
  const preview = await api.post('/batches/preview', { q: words });
  await addNamed(words, 2_500);
  const previewHash = preview.at('previewHash');
  const refused = await api.post('/batches', { q: words, previewHash });
  expect([refused.status, refused.at('error.code')]).toEqual([409, 'preview_stale']);
});

test('words are taken as they are, and nobody who matches is an answer too', async () => {
  const words = unique('plain');
  await addNamed(words, 2_000);
  for (const q of ['%', `${words}%`, words.replace('-', '_')]) {
    expect((await api.post('/batches/preview', { q })).at('summary.totalAffiliates')).toBe(0);
  }
  for (const asked of [{ q: '' }, { minAmount: 0 }, { minAmount: 1.5 }]) {
    expect((await api.post('/batches/preview', asked)).status).toBe(422);
  }
});
