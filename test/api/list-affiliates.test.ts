import { expect, test } from 'vitest';
import { addPayable, affiliate, commission, unique } from './support/data.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();

const list = (query: string) => api.get(`/affiliates?${query}`);
const idsOf = (answer: Awaited<ReturnType<typeof list>>) =>
  answer.list('affiliates').map((each) => Reflect.get(Object(each), 'id'));

/** Adds a payee with these words in its name. */
async function addNamed(words: string, given: Record<string, unknown> = {}): Promise<string> {
  const made = await api.post('/affiliates', affiliate({ fullName: `Ada ${words}`, ...given }));
  return String(made.at('items.0.id'));
}

const addAccount = (affiliateId: string, provider: string, kycStatus: string) =>
  api.post(`/${provider}/accounts`, { affiliateId, accountRef: unique('ref'), kycStatus });

test('all are listed, also who is owed nothing, newest first and page by page', async () => {
  const words = unique('pages');
  const made = [];
  for (let n = 0; n < 5; n += 1) made.push(await addNamed(words));
  const seen: unknown[] = [];
  let cursor = '';
  do {
    const page = await list(`q=${words}&limit=2${cursor}`);
    seen.push(...idsOf(page));
    cursor = page.at('nextCursor') === null ? '' : `&cursor=${String(page.at('nextCursor'))}`;
  } while (cursor !== '');
  expect(seen).toEqual(made.toReversed());
});

test('each says what it is owed and why it is not paid, as why-not-paid says it', async () => {
  const paid = await addPayable(api, { amount: 2_500 });
  const two = await addPayable(api, { amount: 50, kycStatus: 'PENDING' });
  await api.post('/commissions', commission(two, { amount: 9_000, currency: 'EUR' }));
  for (const id of [paid, two]) {
    const answer = await list(`q=${id}`);
    const why = await api.get(`/affiliates/${id}/why-not-paid`);
    expect(answer.at('judgedBy')).toBe('mock');
    expect(why.list('currencies')).toMatchObject(
      answer.list('affiliates.0.owed').map((each) => Object(each)),
    );
  }
  const owed = (await list(`q=${two}`)).list('affiliates.0.owed');
  expect(owed).toMatchObject([
    { currency: 'EUR', payable: false, payableAmount: 9_000, reasons: [{ code: 'kyc_pending' }] },
    { currency: 'USD', reasons: [{ code: 'kyc_pending' }, { code: 'below_minimum' }] },
  ]);
  expect((await list(`q=${paid}`)).at('affiliates.0')).toMatchObject({
    accounts: [{ provider: 'mock', kycStatus: 'APPROVED', blockedCode: null }],
    owed: [{ currency: 'USD', payable: true, payableAmount: 2_500, reasons: [] }],
  });
  const elsewhere = await list(`q=${paid}&judgedBy=stripe`);
  expect(elsewhere.at('affiliates.0.owed.0')).toMatchObject({
    payable: false,
    reasons: expect.arrayContaining([expect.objectContaining({ code: 'no_account' })]),
  });
});

test('words are found anywhere in a name, an email address or an external id, as they are', async () => {
  const words = unique('find');
  const byName = await addNamed(`${words} 100%`);
  const byMail = await addNamed('', { email: `${words}@mail.example` });
  const byId = await addNamed('', { externalId: `x-${words}-y` });
  await addNamed('somebody else');
  expect(idsOf(await list(`q=${words.toUpperCase()}`))).toEqual([byId, byMail, byName]);
  expect(idsOf(await list(`q=${encodeURIComponent(`${words} 100%`)}`))).toEqual([byName]);
  expect(idsOf(await list(`q=${encodeURIComponent(`${words}%y`)}`))).toEqual([]);
});

test('filters: the state of an account at any or at one provider, holds, suspension, what is owed', async () => {
  const words = unique('filter');
  const none = await addNamed(words);
  const pending = await addNamed(words);
  await addAccount(pending, 'mock', 'PENDING');
  const approved = await addNamed(words);
  await addAccount(approved, 'mock', 'APPROVED');
  await addAccount(approved, 'stripe', 'REJECTED');
  const found = async (query: string) => idsOf(await list(`q=${words}&${query}`));
  expect(await found('kyc=NONE')).toEqual([none]);
  expect(await found('kyc=NONE&provider=stripe')).toEqual([pending, none]);
  expect(await found('kyc=PENDING')).toEqual([pending]);
  expect(await found('kyc=REJECTED')).toEqual([approved]);
  expect(await found('kyc=REJECTED&provider=mock')).toEqual([]);
  expect(await found('provider=mock')).toEqual([approved, pending]);

  expect(await found('held=true')).toEqual([]);
  await api.post('/holds', { subject: 'payee', id: pending, reason: 'asked to wait' });
  expect(await found('held=true')).toEqual([pending]);
  expect(await found('held=false')).toEqual([approved, none]);
  expect((await list(`q=${pending}`)).at('affiliates.0.holdReason')).toBe('asked to wait');

  await api.call('PATCH', `/api/disbursement/affiliates/${none}`, {
    json: { suspended: { reason: 'left' } },
  });
  expect(await found('suspended=true')).toEqual([none]);
  expect(await found('suspended=false')).toEqual([approved, pending]);

  await api.post('/commissions', commission(approved));
  expect(await found('owed=true')).toEqual([approved]);
  expect(await found('owed=false')).toEqual([pending, none]);
});

test('what is no filter, or no value of one, is refused', async () => {
  for (const query of ['name=ada', 'kyc=VERIFIED', 'held=yes', 'q=', 'provider=bank']) {
    expect((await list(query)).status).toBe(422);
  }
});
