import { Client, Connection } from '@temporalio/client';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../db/new-id.ts';
import { deliverWorkflowId } from '../../domain/ids.ts';
import { checkTarget, endpointCalls, PATH } from './support/endpoints.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi({ checkTarget });
const { made, remove, actionsOn, happen, finish, idsOf } = endpointCalls(api);

test('a test event is for its endpoint alone, once for an idempotency key, and starts the delivery', async () => {
  const { id } = await made({ eventTypes: ['payout.item.held'] });
  const other = await made();
  const headers = { 'idempotency-key': newId('event') };
  const first = await api.post(`${PATH}/${id}/test`, {}, { headers });
  const again = await api.post(`${PATH}/${id}/test`, {}, { headers });
  expect([first.status, again.status, again.at('eventId')]).toEqual([
    202,
    202,
    first.at('eventId'),
  ]);
  const listed = await api.get(`${PATH}/${id}/deliveries?type=payout.test`);
  expect(listed.list('deliveries')).toMatchObject([
    { eventId: first.at('eventId'), type: 'payout.test', batchId: null, paymentId: null },
  ]);
  expect((await api.get(`${PATH}/${other.id}/deliveries`)).list('deliveries')).toEqual([]);
  expect(await actionsOn(id)).toEqual(['endpoint.created', 'endpoint.tested']);
  const connection = await Connection.connect({ address: inject('servers').temporalAddress });
  const { workflow } = new Client({ connection, namespace: api.namespace });
  const started = () =>
    workflow
      .getHandle(deliverWorkflowId(id))
      .describe()
      .then(
        ({ type }) => type,
        () => null,
      );
  await expect.poll(started, { timeout: 10_000 }).toBe('deliverEvents');
  await connection.close();
  await remove(id);
  await remove(other.id);
});

test('deliveries are listed with their tries, newest first, by state and type, page by page', async () => {
  const { id } = await made();
  const delivered = await happen('payout.item.paid');
  await finish(id, 'DELIVERED', 2);
  await api.db.run(
    z.unknown(),
    `insert into delivery_attempts (endpoint_id, sequence, attempt, response_status, error, duration_ms)
     select $1, sequence, n, case n when 2 then 204 end, case n when 1 then 'ECONNREFUSED' end, 12
     from outbox_events, generate_series(1, 2) n where id = $2`,
    [id, delivered],
  );
  const given = await happen('payout.item.failed');
  await finish(id, 'GIVEN_UP', 13);
  const pending = await happen('payout.batch.completed');
  const all = await api.get(`${PATH}/${id}/deliveries`);
  expect(all.list('deliveries')).toMatchObject([
    { eventId: pending, status: 'PENDING', tries: 0, lastResponseStatus: null, attempts: [] },
    { eventId: given, status: 'GIVEN_UP', tries: 13, deliveredAt: null },
    {
      eventId: delivered,
      type: 'payout.item.paid',
      batchId: 'bat_x',
      paymentId: 'pay_x',
      status: 'DELIVERED',
      deliveredAt: expect.any(String),
      lastResponseStatus: 204,
      lastError: null,
      attempts: [
        { attempt: 1, responseStatus: null, error: 'ECONNREFUSED', durationMs: 12 },
        { attempt: 2, responseStatus: 204, error: null },
      ],
    },
  ]);
  expect(await idsOf(id, 'status=GIVEN_UP')).toEqual([given]);
  expect(await idsOf(id, 'type=payout.item.paid')).toEqual([delivered]);
  const page = await api.get(`${PATH}/${id}/deliveries?limit=2`);
  expect(page.list('deliveries')).toHaveLength(2);
  expect(await idsOf(id, `limit=2&cursor=${String(page.at('nextCursor'))}`)).toEqual([delivered]);
  await remove(id);
});

test('a replay makes named events, those of a time, or those that failed due again', async () => {
  const { id } = await made();
  const first = await happen();
  const second = await happen();
  await finish(id, 'DELIVERED', 1);
  const third = await happen();
  await finish(id, 'GIVEN_UP', 13);
  const pendingOf = () => idsOf(id, 'status=PENDING');
  const replay = async (body: unknown) => {
    const answer = await api.post(`${PATH}/${id}/replay`, body);
    return [answer.status, answer.at('replayed')];
  };
  expect(await replay({ eventIds: [first, newId('event')] })).toEqual([200, 1]);
  expect(await pendingOf()).toEqual([first]);
  expect(await replay({ failed: true })).toEqual([200, 1]);
  expect(await pendingOf()).toEqual([third, first]);
  expect(await replay({ from: '2020-01-01', to: '2020-02-01' })).toEqual([200, 0]);
  const to = new Date(Date.now() + 60_000).toISOString();
  expect(await replay({ from: '2026-01-01T00:00:00Z', to })).toEqual([200, 3]);
  expect(await pendingOf()).toEqual([third, second, first]);
  expect(await actionsOn(id)).toEqual(['endpoint.created', ...Array(3).fill('endpoint.replayed')]);
  await remove(id);
});
