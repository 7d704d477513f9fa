import { expect, test } from 'vitest';
import { z } from 'zod';
import { programmeOf, TEN_PERCENT } from '../support/earnings.ts';
import { insertPayee } from '../support/releases.ts';
import { commission } from './support/data.ts';
import { useTestApi, type Answer } from './support/test-api.ts';

const api = useTestApi();

const refusal = (answer: Answer) => [
  answer.status,
  answer.at('error.code'),
  answer.at('error.details.0.path'),
];

test('a calculation is asked for, with the seconds to wait for it; nothing is done twice by a repetition', async () => {
  const programme = await programmeOf(api.db);
  const asked = await api.post('/calculations', { programmeId: programme.id });
  expect([asked.status, asked.body]).toEqual([
    202,
    {
      programmeId: programme.id,
      workflowId: `calculate/${programme.id}`,
      rejudgedAffiliates: 0,
    },
  ]);
  // No worker runs here.
  const waited = await api.post('/calculations?wait=1', {});
  expect(waited.status).toBe(202);
  expect(waited.at('programmeId')).toBe(`prg_${'0'.repeat(32)}`);
});

test('what cannot be calculated is refused with what is wrong', async () => {
  const unknown = await api.post('/calculations', { programmeId: `prg_${'1'.repeat(32)}` });
  expect(refusal(unknown)).toEqual([422, 'validation_error', 'programmeId']);
  const early = await api.post('/calculations', { asOf: '2999-01-01' });
  expect(refusal(early)).toEqual([422, 'validation_error', 'asOf']);
  for (const wait of ['0', '61', 'long']) {
    expect(refusal(await api.post(`/calculations?wait=${wait}`, {}))).toEqual([
      422,
      'validation_error',
      'wait',
    ]);
  }
  const field = await api.post('/calculations', { from: '2026-01-01' });
  expect(field.status).toBe(422);
});

test('judging anew takes the permission for rules, and queues whoever has conversions since', async () => {
  const programme = await programmeOf(api.db);
  await programme.rule(TEN_PERCENT);
  const other = await insertPayee(api.db);
  await programme.conversion({ at: '2026-02-01T00:00:00Z' });
  await programme.conversion({ at: '2026-04-01T00:00:00Z', payeeId: other });
  await programme.calculate();
  const body = { programmeId: programme.id, rejudgeFrom: '2026-03-01' };
  const refused = await api.post('/calculations', body, { as: 'operator' });
  expect(refusal(refused)).toEqual([403, 'forbidden', undefined]);
  expect(await programme.queued()).toEqual([]);
  const taken = await api.post('/calculations', body, { as: 'manager' });
  expect(taken.at('rejudgedAffiliates')).toBe(1);
  expect(await programme.queued()).toEqual(['now from 2026-04-01 00:00:00']);
});

test('a commission says why it is what it is: of a conversion, of a month, and given as it is', async () => {
  const programme = await programmeOf(api.db);
  await programme.rule({
    ...TEN_PERCENT,
    fee: {
      bearer: 'payee',
      rates: [{ rate: { kind: 'percentage', bps: 200 } }],
      monthlyMinimums: [{ currency: 'USD', amount: 500 }],
    },
  });
  await programme.conversion({ at: '2026-03-05T00:00:00Z', amount: 10_000 });
  await programme.calculate('2026-04-02T00:00:00Z');
  const [earned, charged] = await programme.commissions();
  const why = await api.get(`/commissions/${earned?.id}/why`, { as: 'viewer' });
  expect(why.body).toMatchObject({
    commission: { kind: 'commission', amount: 800 },
    decision: { grossAmount: 1_000, feeAmount: 200, netAmount: 800 },
    month: null,
    difference: { before: 0, after: 800 },
  });
  const steps = z
    .array(z.object({ step: z.string(), text: z.string(), amount: z.number().nullable() }))
    .parse(why.at('steps'));
  expect(steps.at(-1)).toEqual({ step: 'booked', text: 'So USD 8.00 is booked.', amount: 800 });
  expect((await api.get(`/commissions/${charged?.id}/why`)).body).toMatchObject({
    commission: { kind: 'minimum_fee', amount: -300 },
    conversion: null,
    decision: null,
    month: { month: '2026-03', feesAmount: 200, minimumAmount: 500, chargeAmount: 300 },
    rules: { fee: { version: 1 } },
    difference: { before: 0, after: -300 },
  });
  const given = await api.post('/commissions', commission(programme.payeeId));
  const plain = await api.get(`/commissions/${String(given.at('items.0.id'))}/why`);
  expect(plain.body).toMatchObject({ conversion: null, decision: null, difference: null });
  expect(plain.at('steps.0.text')).toMatch(/nothing was calculated/);
  expect((await api.get(`/commissions/com_${'0'.repeat(32)}/why`)).status).toBe(404);
});
