import { expect, test } from 'vitest';
import { dayOf, daysBefore } from '../../domain/day.ts';
import { finishRun } from '../../db/queries/reconcile-runs.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();
const today = dayOf(new Date());
const day = (ago: number): string => daysBefore(today, ago);

const report = {
  from: `${day(1)}T00:00:00.000Z`,
  until: `${today}T00:00:00.000Z`,
  listed: true,
  comparisons: [{ comparison: 'matched', currency: 'USD', count: 2, ours: '4200', theirs: '4200' }],
  healed: { count: 1, steps: { 'PROCESSING to COMPLETED': 1 } },
  cases: { opened: 0, left: {} },
  balances: [
    {
      currency: 'USD',
      balance: '100',
      clearingLow: '-1',
      clearingHigh: '-1',
      inFlight: '0',
      since: null,
      previousBalance: null,
      expectedLow: null,
      expectedHigh: null,
      difference: null,
    },
  ],
  notes: ['a note'],
};

test('a reconciliation is begun with 202; one that is under way is joined; after its end another begins', async () => {
  const body = { provider: 'mock', day: day(1) };
  const [first, ...others] = await Promise.all(
    Array.from({ length: 10 }, () => api.post('/reconciliations', body)),
  );
  const id = String(first?.at('reconciliation.id'));
  expect(first?.status).toBe(202);
  expect(first?.at('workflowId')).toBe(`reconcile/mock/${day(1)}`);
  expect(new Set(others.map((answer) => answer.at('reconciliation.id')))).toEqual(new Set([id]));
  const counts = {
    matched: 2,
    missingThere: 0,
    missingHere: 0,
    amountDiffers: 0,
    statusDiffers: 0,
  };
  await finishRun(api.db, id, { ...counts, clean: true, report });
  const next = await api.post('/reconciliations', body);
  expect(next.status).toBe(202);
  expect(next.at('reconciliation.id')).not.toBe(id);
  const read = await api.get(`/reconciliations/${id}`, { as: 'viewer' });
  expect(read.body).toMatchObject({
    reconciliation: {
      id,
      status: 'DONE',
      matched: 2,
      requestedBy: `key:${api.keys.super_admin.id}`,
    },
    report: {
      comparisons: [{ comparison: 'matched', currency: 'USD', count: 2, ours: 4200, theirs: 4200 }],
      balances: [{ currency: 'USD', balance: 100, difference: null }],
      notes: ['a note'],
    },
    cases: [],
  });
  const list = await api.get(`/reconciliations?provider=mock&day=${day(1)}&limit=1`);
  expect(list.at('reconciliations.0.id')).toBe(next.at('reconciliation.id'));
  const page = await api.get(
    `/reconciliations?provider=mock&day=${day(1)}&cursor=${String(list.at('nextCursor'))}`,
  );
  expect(page.at('reconciliations.0.id')).toBe(id);
  expect(page.at('nextCursor')).toBe(null);
  const health = await api.get('/health');
  expect(Date.parse(String(health.at('lastReconciliation')))).toBeGreaterThan(
    Date.now() - 3_600_000,
  );
});

test('a day that has not begun, a day that is none, an unknown provider are 422', async () => {
  const asked = [
    { provider: 'mock', day: daysBefore(today, -1) },
    { provider: 'mock', day: '2026-02-30' },
    { provider: 'nobody', day: today },
    { provider: 'stripe', day: today },
  ];
  const answers = await Promise.all(asked.map((body) => api.post('/reconciliations', body)));
  expect(answers.map((answer) => [answer.status, answer.at('error.code')])).toEqual([
    [422, 'validation_error'],
    [422, 'validation_error'],
    [422, 'validation_error'],
    [422, 'provider_unsupported'],
  ]);
});

test('one that is not there is 404; it is read without its report while it runs', async () => {
  expect((await api.get(`/reconciliations/rec_${'0'.repeat(32)}`)).status).toBe(404);
  const begun = await api.post('/reconciliations', { provider: 'mock', day: today });
  const read = await api.get(`/reconciliations/${String(begun.at('reconciliation.id'))}`);
  expect(read.body).toMatchObject({ reconciliation: { status: 'RUNNING' }, report: null });
});

test('who may not reconcile may not begin one', async () => {
  const answer = await api.post(
    '/reconciliations',
    { provider: 'mock', day: today },
    { as: 'viewer' },
  );
  expect(answer.status).toBe(403);
});
