import { expect, test } from 'vitest';
import { z } from 'zod';
import { openLog } from '../../api/log.ts';
import { makePaymentTerms } from '../../api/payment-terms.ts';
import { noRow } from '../../db/rows.ts';
import { ProviderError, type Channel, type Provider } from '../../providers/port.ts';
import { affiliate, commission, unique } from './support/data.ts';
import { count, useTestApi, type Answer } from './support/test-api.ts';

/** What the provider of these tests answers, and how often it was asked. */
const peer = {
  channels: [] as Channel[],
  failing: false,
  asked: 0,
  answersLate: false,
};

const channel = (code: string, given: Partial<Channel> = {}): Channel => ({
  code,
  currency: 'IDR',
  name: code,
  category: 'BANK',
  minimumMinor: 1_000_000n,
  maximumMinor: 25_000_000_000n,
  incrementMinor: 100n,
  ...given,
});

/** Pays rupiah in whole units, as Xendit does, and nothing but rupiah and pesos. */
const xendit = (mock: Provider): Provider => ({
  ...mock,
  name: 'xendit',
  limits: (currency) =>
    currency === 'IDR' || currency === 'PHP'
      ? { minimumMinor: 100n, maximumMinor: 50_000_000_000n, incrementMinor: 100n }
      : null,
  channels: async (currency) => {
    peer.asked += 1;
    if (peer.failing) throw new ProviderError('unreachable', 'the provider does not answer');
    if (peer.answersLate) await new Promise(() => {});
    return peer.channels.filter((each) => each.currency === currency);
  },
  balance: async () => 5_000_000n,
});

const made: Provider[] = [];
const api = useTestApi({
  providers: (mock) => {
    made.push(xendit(mock));
    return made;
  },
});

/** What another API process would know, over the same database. */
const freshTerms = () =>
  makePaymentTerms(
    api.db,
    { named: () => made[0] ?? null, all: () => made, close: () => Promise.resolve() },
    openLog('silent'),
  );

async function addPayable(amount: number, channelCode: string | null, currency = 'IDR') {
  const id = String((await api.post('/affiliates', affiliate({ currency }))).at('items.0.id'));
  await api.post('/xendit/accounts', {
    affiliateId: id,
    accountRef: unique('ref'),
    kycStatus: 'APPROVED',
    details: { accountNumber: '1234567890', ...(channelCode && { channelCode }) },
  });
  await api.post('/commissions', commission(id, { amount, currency }));
  return id;
}

const codesOf = (answer: Answer): Map<unknown, unknown> =>
  new Map(
    answer
      .list('preview')
      .map((item) => [Reflect.get(Object(item), 'affiliateId'), Reflect.get(Object(item), 'code')]),
  );

const preview = (affiliateIds: string[], currency = 'IDR', provider = 'xendit') =>
  api.post('/batches/preview', { affiliateIds, currency, provider });

test('an IDR amount with a sub-unit is refused at preview, at creation and as a quick payment', async () => {
  const whole = await addPayable(123_456_700, null);
  const broken = await addPayable(123_456_750, null);
  const answer = await preview([whole, broken]);
  expect(codesOf(answer)).toEqual(
    new Map([
      [whole, null],
      [broken, 'amount_increment'],
    ]),
  );
  const made = await api.post('/batches', {
    affiliateIds: [whole, broken],
    currency: 'IDR',
    provider: 'xendit',
    previewHash: answer.at('previewHash'),
  });
  expect(made.at('excluded')).toEqual([
    { affiliateId: broken, code: 'amount_increment', reason: expect.any(String) },
  ]);
  expect(made.at('batch.totalAmount')).toBe(123_456_700);
  const quick = await api.post(`/affiliates/${broken}/pay`, { provider: 'xendit' });
  expect([quick.status, quick.at('error.code')]).toEqual([422, 'amount_increment']);
  const listed = await api.get('/affiliates/payable?provider=xendit&currency=IDR');
  expect(listed.at('affiliates.0')).toMatchObject({
    id: broken,
    readyForPayout: false,
    reasons: [{ code: 'amount_increment' }],
  });
});

test('a currency that the provider does not pay is a reason for every payee, not an error', async () => {
  const id = await addPayable(5_000, null, 'USD');
  const answer = await preview([id], 'USD');
  expect([answer.status, codesOf(answer).get(id)]).toEqual([200, 'provider_unsupported']);
  const all = await api.post('/batches/preview', { currency: 'USD', provider: 'xendit' });
  expect(codesOf(all)).toEqual(new Map([[id, 'provider_unsupported']]));
  const batch = await api.post('/batches', { currency: 'USD', provider: 'xendit' });
  expect([batch.status, batch.at('error.code')]).toEqual([400, 'no_payable_affiliates']);
  const quick = await api.post(`/affiliates/${id}/pay`, { provider: 'xendit' });
  expect([quick.status, quick.at('error.code')]).toEqual([422, 'provider_unsupported']);
  const listed = await api.get('/affiliates/payable?provider=xendit&currency=USD');
  expect(listed.at('affiliates.0.reasons')).toMatchObject([{ code: 'provider_unsupported' }]);
});

test('the limits of the channel are held beside those of the provider', async () => {
  peer.channels = [
    channel('PH_GCASH', {
      currency: 'PHP',
      minimumMinor: 100_000n,
      maximumMinor: 5_000_000n,
      incrementMinor: 250n,
    }),
    channel('PH_JUNK', { currency: 'PHP', incrementMinor: 0n }),
  ];
  const cases: [number, string | null, string | null][] = [
    [100_000, 'PH_GCASH', null],
    [99_750, 'PH_GCASH', 'below_minimum'],
    [5_000_500, 'PH_GCASH', 'amount_out_of_range'],
    [100_100, 'PH_GCASH', 'amount_increment'],
    [100_250, 'PH_GCASH', 'amount_increment'],
    [99_700, 'PH_JUNK', null],
    [99_700, 'PH_OTHER', null],
    [99_700, null, null],
  ];
  const expected = new Map<string, string | null>();
  for (const [amount, code, reason] of cases) {
    expected.set(await addPayable(amount, code, 'PHP'), reason);
  }
  expect(codesOf(await preview([...expected.keys()], 'PHP'))).toEqual(expected);
  const stored = "select count(*) as n from provider_channels where currency = 'PHP'";
  expect(await count(api.db, stored)).toBe(1);
});

test('channels are asked for once an hour, and a provider that fails stops no preview', async () => {
  const id = await addPayable(1_000_000, 'ID_BCA');
  const asked = peer.asked;
  await preview([id], 'PHP');
  expect(peer.asked).toBe(asked);
  const other = freshTerms();
  peer.failing = true;
  expect((await other.read('xendit', 'IDR'))?.incrementMinor).toBe(100n);
  expect((await other.read('xendit', 'IDR'))?.incrementMinor).toBe(100n);
  expect(peer.asked).toBe(asked + 1);
  peer.failing = false;
  peer.answersLate = true;
  expect((await freshTerms().read('xendit', 'IDR'))?.incrementMinor).toBe(100n);
  expect(peer.asked).toBe(asked + 2);
  peer.answersLate = false;
  await api.db.run(noRow, "update provider_channels set synced_at = now() - interval '2 hours'");
  peer.channels = [channel('PH_MAYA', { currency: 'PHP' })];
  await freshTerms().read('xendit', 'PHP');
  const codes = await api.db.run(
    z.object({ channel_code: z.string() }),
    "select channel_code from provider_channels where currency = 'PHP'",
  );
  expect(codes).toEqual([{ channel_code: 'PH_MAYA' }]);
});

test('a provider that is not configured here previews without limits', async () => {
  const id = String((await api.post('/affiliates', affiliate())).at('items.0.id'));
  await api.post('/stripe/accounts', { affiliateId: id, accountRef: 'a', kycStatus: 'APPROVED' });
  await api.post('/commissions', commission(id, { amount: 1_001 }));
  expect(codesOf(await preview([id], 'USD', 'stripe')).get(id)).toBeNull();
});

test('a balance that does not suffice is said, and one that does is not', async () => {
  const small = await addPayable(5_000_000, null);
  const large = await addPayable(5_000_100, null);
  const enough = await preview([small]);
  expect(enough.at('summary')).toMatchObject({
    totalAmount: 5_000_000,
    providerBalance: 5_000_000,
  });
  expect(enough.at('summary.balanceSuffices')).toBeUndefined();
  expect((await preview([large])).at('summary.balanceSuffices')).toBe(false);
  expect((await preview([small, large])).at('summary.balanceSuffices')).toBe(false);
});
