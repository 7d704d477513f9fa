import { expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../db/new-id.ts';
import { ENDPOINTS_MAX } from '../../domain/limits.ts';
import { testVault } from '../support/vault.ts';
import { checkTarget, endpointCalls, PATH, URL_OF_SHOP, refusal } from './support/endpoints.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi({ checkTarget });
const { made, change, remove, actionsOn, happen } = endpointCalls(api);

test('an endpoint is registered with a secret that is shown this once and lies sealed', async () => {
  const { id, secret, answer } = await made({
    eventTypes: ['payout.item.paid', 'payout.item.paid'],
    description: 'the shop',
  });
  expect(answer.at('endpoint')).toMatchObject({
    url: URL_OF_SHOP,
    description: 'the shop',
    eventTypes: ['payout.item.paid'],
    status: 'ENABLED',
    disabledReason: null,
    oldSecretUntil: null,
    createdBy: `key:${api.keys.super_admin.id}`,
  });
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
  const kept = await api.db.run(
    z.object({ sealed: z.string() }),
    'select secret_sealed as sealed from webhook_endpoints where id = $1',
    [id],
  );
  expect(testVault.open(id, kept[0]?.sealed ?? '')).toBe(secret);
  const shown = [
    await api.get(PATH, { as: 'viewer' }),
    await api.get(`${PATH}/${id}`, { as: 'viewer' }),
    await change(id, { description: null }),
    await api.get(`${PATH}/${id}/deliveries`, { as: 'viewer' }),
    await remove(id),
  ];
  expect(shown.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const texts = shown.map(({ text }) => text).join('\n');
  expect(texts).not.toContain(secret.slice(6, 30));
  expect(texts).not.toMatch(/whsec|sealed/i);
});

test('no secret lies in the answers that idempotency keys keep', async () => {
  const headers = { 'idempotency-key': newId('event') };
  const { id } = await made();
  const answers = [
    await api.post(PATH, { url: URL_OF_SHOP }, { headers }),
    await api.post(`${PATH}/${id}/rotate-secret`, {}, { headers }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 200]);
  const kept = "select count(*) as n from idempotency_keys where response_body like '%whsec%'";
  expect(await count(api.db, kept)).toBe(0);
  await remove(id);
  await remove(String(answers[0]?.at('endpoint.id')));
});

test.each([
  ['http://hooks.shop.example/', 'must use https'],
  ['https://inside.example/', 'leads to an address that is not public'],
  ['https://metadata.example/', 'leads to an address that is not public'],
  ['https://both.example/', 'leads to an address that is not public'],
  ['https://mapped.example/', 'leads to an address that is not public'],
  ['https://localhost:8443/', 'leads to an address that is not public'],
  ['https://localhost./', 'has a host name that leads nowhere'],
  ['https://nowhere.example/', 'has a host name that leads nowhere'],
  ['https://127.0.0.1/', 'leads to an address that is not public'],
  ['https://2130706433/', 'leads to an address that is not public'],
  ['https://0177.0.0.1/', 'leads to an address that is not public'],
  ['https://0x7f.1/', 'leads to an address that is not public'],
  ['https://[::1]/', 'leads to an address that is not public'],
  ['https://[::ffff:169.254.169.254]/', 'leads to an address that is not public'],
  ['https://[64:ff9b::a9fe:a9fe]/', 'leads to an address that is not public'],
  ['https://100.64.0.1/', 'leads to an address that is not public'],
  ['https://ada:pw@hooks.shop.example/', 'must not hold a user name or password'],
  ['https://hooks.shop.example/#x', 'must not have a fragment'],
  ['ftp://hooks.shop.example/', 'must be a whole https URL'],
  ['hooks.shop.example', 'must be a whole https URL'],
])('%s is refused, at the registration and as a change: %s', async (url, reason) => {
  const refused = await api.post(PATH, { url });
  expect(refusal(refused)).toEqual([422, 'endpoint_not_allowed', 'url']);
  expect(refused.at('error.details.0.reason')).toBe(reason);
  expect(refused.text).not.toMatch(/10\.0\.0\.7|169\.254/);
  const { id } = await made();
  expect(refusal(await change(id, { url }))).toEqual([422, 'endpoint_not_allowed', 'url']);
  expect((await api.get(`${PATH}/${id}`)).at('endpoint.url')).toBe(URL_OF_SHOP);
  await remove(id);
});

test('what is not known is refused with its place', async () => {
  const { id } = await made();
  const answers = [
    await api.post(PATH, {}),
    await api.post(PATH, { url: URL_OF_SHOP, eventTypes: ['payout.item.lost'] }),
    await api.post(PATH, { url: URL_OF_SHOP, secret: 'mine' }),
    await change(id, {}),
    await change(id, { enabled: 'yes' }),
    await api.post(`${PATH}/${id}/rotate-secret`, { overlapHours: 169 }),
    await api.post(`${PATH}/${id}/replay`, {}),
    await api.post(`${PATH}/${id}/replay`, { failed: false }),
    await api.post(`${PATH}/${id}/replay`, { eventIds: [] }),
    await api.post(`${PATH}/${id}/replay`, { from: '2026-01-01' }),
    await api.get(`${PATH}/${id}/deliveries?status=LOST`),
    await api.get(`${PATH}/${id}/deliveries?cursor=x`),
  ];
  expect(answers.map((answer) => refusal(answer).slice(0, 2))).toEqual(
    answers.map(() => [422, 'validation_error']),
  );
  await remove(id);
});

test('an endpoint that is not there, or was deleted, is 404 for every call', async () => {
  const { id } = await made();
  const waiting = await happen();
  expect((await remove(id)).status).toBe(200);
  for (const gone of [id, `whe_${'0'.repeat(32)}`, 'whe_1']) {
    const answers = [
      await api.get(`${PATH}/${gone}`),
      await change(gone, { enabled: true }),
      await remove(gone),
      await api.post(`${PATH}/${gone}/rotate-secret`),
      await api.post(`${PATH}/${gone}/test`),
      await api.get(`${PATH}/${gone}/deliveries`),
      await api.post(`${PATH}/${gone}/replay`, { failed: true }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
  }
  expect((await api.get(PATH)).list('endpoints')).toEqual([]);
  const given = await api.db.run(
    z.object({ status: z.string() }),
    'select d.status from event_deliveries d join outbox_events e using (sequence) where e.id = $1',
    [waiting],
  );
  expect(given).toEqual([{ status: 'GIVEN_UP' }]);
  expect(await actionsOn(id)).toEqual(['endpoint.created', 'endpoint.deleted']);
});

test('one that is disabled hears of nothing; what waited is due at once when it is enabled again', async () => {
  const { id } = await made();
  const before = await happen();
  const off = await change(id, { enabled: false });
  expect(off.at('endpoint')).toMatchObject({ status: 'DISABLED', disabledReason: 'by a person' });
  await api.db.run(
    z.unknown(),
    "update event_deliveries set tries = 4, due_at = now() + interval '1 hour' where endpoint_id = $1",
    [id],
  );
  await happen();
  expect(refusal(await api.post(`${PATH}/${id}/test`)).slice(0, 2)).toEqual([409, 'invalid_state']);
  const on = await change(id, { enabled: true, eventTypes: ['payout.item.held'] });
  expect(on.at('endpoint')).toMatchObject({ status: 'ENABLED', disabledReason: null });
  const listed = await api.get(`${PATH}/${id}/deliveries`);
  expect(listed.list('deliveries')).toMatchObject([
    { eventId: before, status: 'PENDING', tries: 0 },
  ]);
  expect(Date.parse(String(listed.at('deliveries.0.dueAt')))).toBeLessThanOrEqual(Date.now());
  expect(await actionsOn(id)).toEqual([
    'endpoint.created',
    'endpoint.disabled',
    'endpoint.updated',
  ]);
  await remove(id);
});

test('a rotation answers another secret, and says until when the old one signs', async () => {
  const { id, secret } = await made();
  const rotated = await api.post(`${PATH}/${id}/rotate-secret`, { overlapHours: 2 });
  expect(rotated.at('secret')).not.toBe(secret);
  const until = Date.parse(String(rotated.at('endpoint.oldSecretUntil')));
  expect(Math.abs(until - Date.now() - 2 * 3_600_000)).toBeLessThan(60_000);
  const sealed = await api.db.run(
    z.object({ fresh: z.string(), old: z.string() }),
    'select secret_sealed as fresh, old_secret_sealed as old from webhook_endpoints where id = $1',
    [id],
  );
  expect(
    sealed.map(({ fresh, old }) => [testVault.open(id, fresh), testVault.open(id, old)]),
  ).toEqual([[rotated.at('secret'), secret]]);
  const hurried = await api.post(`${PATH}/${id}/rotate-secret`, { overlapHours: 0 });
  expect(hurried.at('endpoint.oldSecretUntil')).toBe(null);
  const usual = await api.call('POST', `/api/disbursement${PATH}/${id}/rotate-secret`);
  expect(usual.status).toBe(200);
  expect(usual.at('endpoint.oldSecretUntil')).not.toBe(null);
  expect(await actionsOn(id)).toEqual([
    'endpoint.created',
    ...Array(3).fill('endpoint.secret_rotated'),
  ]);
  await remove(id);
});

test('there are so many endpoints and no more; a deleted one makes room', async () => {
  const ids = [];
  for (let place = 0; place < ENDPOINTS_MAX; place += 1) ids.push((await made()).id);
  const refused = await api.post(PATH, { url: URL_OF_SHOP });
  expect([refused.status, refused.at('error.code')]).toEqual([409, 'invalid_state']);
  await remove(ids[0] ?? '');
  ids.push((await made()).id);
  for (const id of ids.slice(1)) await remove(id);
});
