import { expect, test } from 'vitest';
import { openCases } from '../../db/queries/cases.ts';
import { openReconciliation } from '../../db/queries/reconcile-runs.ts';
import { ProviderError, type Provider } from '../../providers/port.ts';
import { sentPayments } from '../support/sent-payments.ts';
import { addPayable, unique } from './support/data.ts';
import { useTestApi } from './support/test-api.ts';

/** Beside the simulator one that refuses us, and one without a balance to tell. */
const more = (mock: Provider): Provider[] => [
  {
    ...mock,
    name: 'stripe',
    balance: () =>
      Promise.reject(new ProviderError('invalid_credentials', 'The key is not valid.')),
  },
  {
    ...mock,
    name: 'xendit',
    balance: () => Promise.reject(new ProviderError('unsupported', 'There is none.')),
  },
];
const api = useTestApi({ providers: more });

const providersNow = async (): Promise<Map<string, Record<string, unknown>>> => {
  const answer = await api.get('/providers', { as: 'viewer' });
  expect(answer.status).toBe(200);
  const rows = answer.list('providers').map((row) => Object(row) as Record<string, unknown>);
  return new Map(rows.map((row) => [String(row['name']), row]));
};

test('each provider says whether it answers; one that has no balance to tell answers all the same', async () => {
  const providers = await providersNow();
  expect([...providers.keys()].toSorted()).toEqual(['mock', 'stripe', 'xendit']);
  expect(providers.get('mock')).toMatchObject({
    reachable: true,
    problem: null,
    balances: [{ currency: 'USD', unsent: 0, inFlight: 0, covers: true }],
  });
  expect(providers.get('stripe')).toMatchObject({
    reachable: false,
    problem: 'The key is not valid.',
    balances: [{ balance: null, covers: null }],
  });
  expect(providers.get('xendit')).toMatchObject({
    reachable: true,
    balances: [{ balance: null, covers: null }],
  });
});

test('the balance covers what waits to be sent to the last cent, and no cent more', async () => {
  const [sent] = await sentPayments(api.db, 1);
  const first = Object((await providersNow()).get('mock')?.['balances'])[0] as { balance: number };
  const before = { amount: first.balance, affiliateId: '' };
  before.affiliateId = await addPayable(api, { amount: before.amount });
  const batch = await api.post('/batches', { affiliateIds: [before.affiliateId] });
  expect(batch.status).toBe(201);
  expect((await providersNow()).get('mock')?.['balances']).toEqual([
    {
      currency: 'USD',
      balance: before.amount,
      unsent: 1,
      unsentAmount: before.amount,
      inFlight: 1,
      inFlightAmount: Number(sent?.amountMinor),
      covers: true,
    },
  ]);
  await api.post('/batches', { affiliateIds: [await addPayable(api, { amount: 2_500 })] });
  expect((await providersNow()).get('mock')?.['balances']).toMatchObject([
    { unsent: 2, unsentAmount: before.amount + 2_500, covers: false },
  ]);
});

test('open cases and the last reconciliation that ended are those of the provider', async () => {
  const summary = 'Look at this.';
  const subject = unique('subject');
  await openCases(api.db, [
    { kind: 'contradiction', severity: 'high', subject, summary, provider: 'stripe' },
  ]);
  const id = `rec_${'a'.repeat(32)}`;
  const request = { id, provider: 'stripe', day: '2026-01-31', requestedBy: 'system' };
  await openReconciliation(api.db, request);
  expect((await providersNow()).get('stripe')).toMatchObject({
    openCases: 1,
    lastReconciliation: null,
  });
  await api.db.orm.execute(
    `update reconciliations set status = 'DONE', finished_at = now(), report = '{}' where id = '${id}'`,
  );
  const providers = await providersNow();
  expect(providers.get('stripe')).toMatchObject({ lastReconciliation: { id, day: '2026-01-31' } });
  expect(providers.get('mock')).toMatchObject({ openCases: 0, lastReconciliation: null });
});
