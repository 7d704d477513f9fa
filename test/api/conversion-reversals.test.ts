import { expect, test } from 'vitest';
import { newId } from '../../db/new-id.ts';
import { addAffiliate, addConversion, auditOf, pathsOf } from './support/conversions.ts';
import { unique } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

const reverse = (id: string, given: Record<string, unknown> = {}) =>
  api.post(`/conversions/${id}/reversals`, {
    externalId: unique('rvs'),
    kind: 'refund',
    ...given,
  });

const reversedOf = async (id: string) =>
  Number((await api.get(`/conversions/${id}`)).at('conversion.reversedAmount'));

test('parts are given back until nothing is left', async () => {
  const affiliateId = await addAffiliate(api);
  const id = await addConversion(api, affiliateId);
  const first = await reverse(id, { amount: 2_500, reason: 'too small', occurredAt: '2026-03-15' });
  expect([first.status, first.at('reversal')]).toEqual([
    201,
    expect.objectContaining({
      kind: 'refund',
      amount: 2_500,
      reason: 'too small',
      occurredAt: '2026-03-15T00:00:00.000Z',
      createdBy: `key:${api.keys.super_admin.id}`,
    }),
  ]);
  const tooMuch = await reverse(id, { amount: 7_501 });
  expect([tooMuch.status, pathsOf(tooMuch)]).toEqual([422, ['amount']]);
  const rest = await reverse(id, { kind: 'chargeback' });
  expect([rest.status, rest.at('reversal.amount')]).toEqual([201, 7_500]);
  const nothing = await reverse(id);
  expect([nothing.status, pathsOf(nothing)]).toEqual([422, ['amount']]);
  expect(await reversedOf(id)).toBe(10_000);
  const answer = await api.get(`/conversions/${id}`);
  expect(answer.list('reversals').map((one) => Reflect.get(Object(one), 'kind'))).toEqual([
    'refund',
    'chargeback',
  ]);
  expect(await auditOf(api, 'conversion.reversed', 'conversionId', id)).toHaveLength(2);
  // Once for the conversion itself and once for each reversal.
  const queued = await count(
    api.db,
    `select revision as n from calculation_queue where payee_id = $1 and due_at = '-infinity'`,
    [affiliateId],
  );
  expect(queued).toBe(3);
});

test('the same external id again is 200, with other content 409', async () => {
  const affiliateId = await addAffiliate(api);
  const [id, other] = [
    await addConversion(api, affiliateId),
    await addConversion(api, affiliateId),
  ];
  const body = { externalId: unique('rvs'), amount: 1_000, occurredAt: '2026-03-15', reason: 'r' };
  const made = await reverse(id, body);
  const again = await reverse(id, body);
  expect([again.status, again.body]).toEqual([200, made.body]);
  expect((await reverse(id, { externalId: body.externalId })).status).toBe(200);
  for (const [field, given] of Object.entries({
    amount: { amount: 1_001 },
    kind: { kind: 'chargeback' },
    occurredAt: { occurredAt: '2026-03-16' },
    reason: { reason: 'other' },
  })) {
    const answer = await reverse(id, { ...body, ...given });
    expect([answer.status, pathsOf(answer)]).toEqual([409, [field]]);
  }
  const elsewhere = await reverse(other, body);
  expect([elsewhere.status, pathsOf(elsewhere)]).toEqual([409, ['conversionId']]);
  expect(await reversedOf(id)).toBe(1_000);
});

test('under an Idempotency-Key the first answer comes again', async () => {
  const id = await addConversion(api, await addAffiliate(api));
  const headers = { 'idempotency-key': unique('key') };
  const body = { externalId: unique('rvs'), kind: 'refund', amount: 1 };
  const path = `/conversions/${id}/reversals`;
  const first = await api.post(path, body, { headers });
  const again = await api.post(path, body, { headers });
  expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
  expect(await reversedOf(id)).toBe(1);
});

test.each([
  ['an amount of 0', { amount: 0 }, 'amount'],
  ['an amount below 0', { amount: -1 }, 'amount'],
  ['an unknown kind', { kind: 'gift' }, 'kind'],
  ['a time before the conversion', { occurredAt: '2026-03-10T11:59:59Z' }, 'occurredAt'],
  [
    'a time that has not come',
    { occurredAt: new Date(Date.now() + 3_600_000).toISOString() },
    'occurredAt',
  ],
  ['no external id', { externalId: undefined }, 'externalId'],
  ['an unknown field', { currency: 'USD' }, 'currency'],
])('%s is 422 with its path, and nothing is given back', async (_what, given, path) => {
  const id = await addConversion(api, await addAffiliate(api));
  const answer = await reverse(id, given);
  expect(answer.status).toBe(422);
  expect(pathsOf(answer)).toContain(path);
  expect(await reversedOf(id)).toBe(0);
});

test('a conversion that is not there is 404', async () => {
  expect((await reverse(newId('conversion'))).status).toBe(404);
});
