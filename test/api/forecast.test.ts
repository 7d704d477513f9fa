import { expect, test } from 'vitest';
import { z } from 'zod';
import { programmeOf, TEN_PERCENT, type TestProgramme } from '../support/earnings.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();
const DAY_MS = 86_400_000;

const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();
const dayOf = (instant: string): string => instant.slice(0, 10);

const forecastOf = async (programme: TestProgramme, currency = 'USD') => {
  const query = `currency=${currency}&programmeId=${programme.id}`;
  return api.get(`/affiliates/${programme.payeeId}/forecast?${query}`);
};

/** A daily schedule that runs soon after midnight, so that every day to come has its run. */
async function schedule(programme: TestProgramme, given: Record<string, unknown> = {}) {
  const made = await api.post('/schedules', {
    programmeId: programme.id,
    frequency: 'day',
    currency: 'USD',
    timeOfDay: '00:00',
    shift: 'none',
    ...given,
  });
  expect([made.status, made.text]).toEqual([201, made.text]);
}

test('the next run, the later one that reaches the minimum, and what matures after that', async () => {
  const programme = await programmeOf(api.db);
  const minimums = [{ currency: 'USD', amount: 10_000 }];
  await programme.rule({ ...TEN_PERCENT, holdingDays: 5, payout: { minimums } });
  await schedule(programme);
  await programme.conversion({ at: inDays(-6), amount: 40_000 });
  await programme.conversion({ at: inDays(-3), amount: 50_000 });
  await programme.conversion({ at: inDays(-2), amount: 20_000 });
  await programme.calculate();
  const answer = await forecastOf(programme);
  expect(answer.body).toMatchObject({
    currency: 'USD',
    nextRun: {
      period: `day/${dayOf(inDays(1))}`,
      amount: 4_000,
      minimum: 10_000,
      reachesMinimum: false,
    },
    nextPayout: { period: `day/${dayOf(inDays(4))}`, amount: 11_000, reachesMinimum: true },
    maturing: [
      { day: dayOf(inDays(2)), amount: 5_000 },
      { day: dayOf(inDays(3)), amount: 2_000 },
    ],
  });
});

test('what is in a payment, held or of another currency is not forecast', async () => {
  const programme = await programmeOf(api.db);
  await programme.rule({ ...TEN_PERCENT, payout: { minimums: [{ currency: 'USD', amount: 1 }] } });
  await schedule(programme);
  await schedule(programme, { currency: 'EUR' });
  await programme.conversion({ at: inDays(-6), amount: 40_000 });
  await programme.calculate();
  const amount = async () => (await forecastOf(programme)).at('nextRun.amount');
  expect(await amount()).toBe(4_000);
  expect((await forecastOf(programme, 'EUR')).at('nextRun.amount')).toBe(0);
  await api.db.run(z.unknown(), 'update commissions set held = true where programme_id = $1', [
    programme.id,
  ]);
  expect(await amount()).toBe(0);
});

test("the run is one at which the payee's own frequency is due; without a schedule there is none", async () => {
  const programme = await programmeOf(api.db);
  const none = await forecastOf(programme);
  expect([none.at('nextRun'), none.at('nextPayout'), none.at('maturing')]).toEqual([
    null,
    null,
    [],
  ]);
  const weekday = ((new Date(inDays(3)).getUTCDay() + 6) % 7) + 1;
  await programme.rule({ ...TEN_PERCENT, frequency: { every: 'week', weekday } });
  await schedule(programme);
  await schedule(programme, { frequency: 'week' });
  const answer = await forecastOf(programme);
  expect(answer.at('nextRun.period')).toBe(`week/${dayOf(inDays(3))}`);
  const nobody = await api.get(`/affiliates/aff_${'0'.repeat(32)}/forecast?currency=USD`);
  expect(nobody.status).toBe(404);
});
