import { expect, test } from 'vitest';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { queueIfCleared } from '../../db/queries/queue-batch.ts';
import { addPayable, affiliate, commission, unique } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

const place = (body: Record<string, unknown>, options = {}) =>
  api.post('/holds', { reason: 'looked at', ...body }, options);

async function aPayment() {
  const affiliateId = await addPayable(api);
  const batch = await api.post('/batches', { affiliateIds: [affiliateId] });
  const batchId = String(batch.at('batch.id'));
  const paymentId = String((await api.get(`/batches/${batchId}`)).at('batch.payments.0.id'));
  return { affiliateId, batchId, paymentId };
}

const holds = () => count(api.db, 'select count(*) as n from holds');

test('an affiliate is held with reason, owner and end, shown, and released once', async () => {
  const id = await addPayable(api);
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const made = await place({ subject: 'payee', id, owner: 'ana', expiresAt, kind: 'risk' });
  expect(made.status).toBe(201);
  expect(made.at('hold')).toMatchObject({
    subject: 'payee',
    subjectId: id,
    kind: 'risk',
    reason: 'looked at',
    owner: 'ana',
    expiresAt,
    active: true,
    createdBy: `key:${api.keys.super_admin.id}`,
  });
  expect((await api.get(`/affiliates/${id}`)).at('affiliate.holdReason')).toBe('looked at');
  const path = `/holds/${String(made.at('hold.id'))}/release`;
  const released = await api.post(path, { reason: 'cleared' });
  expect(released.status).toBe(200);
  expect(released.at('hold')).toMatchObject({ active: false, releaseReason: 'cleared' });
  expect((await api.get(`/affiliates/${id}`)).at('affiliate.holdReason')).toBeNull();
  const again = await api.post(path, { reason: 'again' });
  expect([again.status, again.at('error.code')]).toEqual([409, 'invalid_state']);
  const trail = await api.get('/audit-logs?limit=1000');
  expect(
    trail
      .list('auditLogs')
      .filter((row) => String(Reflect.get(Object(row), 'action')).startsWith('hold.')),
  ).toMatchObject([{ details: { subjectId: id } }, { details: { subjectId: id } }]);
});

test('under its Idempotency-Key a hold is placed once', async () => {
  const id = await addPayable(api);
  const headers = { 'idempotency-key': unique('key') };
  const before = await holds();
  const first = await place({ subject: 'payee', id }, { headers });
  expect((await place({ subject: 'payee', id }, { headers })).body).toEqual(first.body);
  expect(first.at('hold.owner')).toBe(`key:${api.keys.super_admin.id}`);
  expect(await holds()).toBe(before + 1);
});

test('holds are found by each filter, newest first, in pages', async () => {
  const id = await addPayable(api);
  const placed = [];
  for (const kind of ['manual', 'risk', 'manual'])
    placed.unshift(String((await place({ subject: 'payee', id, kind })).at('hold.id')));
  await api.post(`/holds/${placed[0]}/release`, { reason: 'cleared' });
  const idsOf = async (query: string) =>
    (await api.get(`/holds?id=${id}${query}`))
      .list('holds')
      .map((hold) => Reflect.get(Object(hold), 'id'));
  expect(await idsOf('')).toEqual(placed);
  expect(await idsOf('&kind=risk')).toEqual([placed[1]]);
  expect(await idsOf('&active=true')).toEqual(placed.slice(1));
  expect(await idsOf('&active=false&subject=payee')).toEqual([placed[0]]);
  expect(await idsOf('&subject=payment')).toEqual([]);
  const page = await api.get(`/holds?id=${id}&limit=2`);
  expect(await idsOf(`&cursor=${String(page.at('nextCursor'))}`)).toEqual([placed[2]]);
});

test('a commission is held, and in a payment it is refused with what to do', async () => {
  const { affiliateId, paymentId } = await aPayment();
  const [claimed] = (await api.get(`/payments/${paymentId}`)).list('commissions');
  const refused = await place({ subject: 'commission', id: Reflect.get(Object(claimed), 'id') });
  expect([refused.status, refused.at('error.code')]).toEqual([409, 'invalid_state']);
  expect(refused.at('error.message')).toContain(paymentId);

  for (const availableAt of [undefined, new Date(Date.now() + 86_400_000).toISOString()]) {
    const made = await api.post(
      '/commissions',
      commission(affiliateId, availableAt ? { availableAt } : {}),
    );
    const id = String(made.at('items.0.id'));
    const hold = await place({ subject: 'commission', id });
    expect(hold.status).toBe(201);
    expect((await place({ subject: 'commission', id })).status).toBe(409);
    const held = () => count(api.db, 'select held::int as n from commissions where id = $1', [id]);
    expect(await held()).toBe(1);
    await api.post(`/holds/${String(hold.at('hold.id'))}/release`, { reason: 'cleared' });
    expect(await held()).toBe(0);
  }
  expect((await checkInvariants(api.db)).filter(({ breaches }) => breaches > 0)).toEqual([]);
});

test('a payment that is PENDING is held, says so, and is not retried; others are refused', async () => {
  const { batchId, paymentId } = await aPayment();
  const hold = await place({ subject: 'payment', id: paymentId });
  expect(hold.status).toBe(201);
  const shown = await api.get(`/payments/${paymentId}`);
  expect(shown.at('payment')).toMatchObject({ status: 'ON_HOLD', holdReason: 'manual_hold' });
  expect((await api.get(`/payments/${paymentId}/why`)).at('waitingOn')).toMatch(/release the hold/);
  const again = await place({ subject: 'payment', id: paymentId });
  expect([again.status, again.at('error.code')]).toEqual([409, 'invalid_state']);

  await queueIfCleared(api.db, batchId, SYSTEM);
  const retried = await api.post(`/payments/${paymentId}/retry`);
  expect([retried.status, retried.at('error.code')]).toEqual([409, 'invalid_state']);
  expect(retried.at('error.message')).toMatch(/release the hold/);

  const released = await api.post(`/holds/${String(hold.at('hold.id'))}/release`, {
    reason: 'fine',
  });
  expect(released.status).toBe(200);
  expect((await api.get(`/payments/${paymentId}`)).at('payment.status')).toBe('PENDING');
  const steps = (await api.get(`/payments/${paymentId}/why`)).list('steps');
  expect(steps.map((step) => Reflect.get(Object(step), 'what'))).toEqual(
    expect.arrayContaining(['payment.held', 'hold.placed', 'payment.continued', 'hold.released']),
  );
  await api.post(`/payments/${paymentId}/cancel`, { reason: 'enough' });
  const late = await place({ subject: 'payment', id: paymentId });
  expect([late.status, late.at('error.code')]).toEqual([409, 'invalid_state']);
});

test.each([
  ['no reason', { reason: '' }, 'reason'],
  ['an unknown subject', { subject: 'batch' }, 'subject'],
  ['an id of something else', { id: newId('payment') }, 'id'],
  ['text for an id', { id: 'ada' }, 'id'],
  ['an end that has passed', { expiresAt: '2020-01-01' }, 'expiresAt'],
  ['an end that is none', { expiresAt: 'soon' }, 'expiresAt'],
  ['the kind that failures alone have', { kind: 'payment_failed' }, 'kind'],
  ['an empty owner', { owner: ' ' }, 'owner'],
  ['an unknown field', { note: 'x' }, 'note'],
])('%s is 422 with its path, and nothing is held', async (_what, given, path) => {
  const id = await addPayable(api);
  const before = await holds();
  const answer = await place({ subject: 'payee', id, ...given });
  expect(answer.status).toBe(422);
  expect(
    answer.list('error.details').map((detail) => Reflect.get(Object(detail), 'path')),
  ).toContain(path);
  expect(await holds()).toBe(before);
});

test('what is not there is 404, and roles without the permission are refused', async () => {
  for (const [subject, kind] of [
    ['payee', 'payee'],
    ['commission', 'commission'],
    ['payment', 'payment'],
  ] as const) {
    expect((await place({ subject, id: newId(kind) })).status).toBe(404);
  }
  expect((await api.post(`/holds/${newId('hold')}/release`, { reason: 'x' })).status).toBe(404);
  const made = await api.post('/affiliates', affiliate());
  const id = String(made.at('items.0.id'));
  expect((await place({ subject: 'payee', id }, { as: 'viewer' })).status).toBe(403);
});
