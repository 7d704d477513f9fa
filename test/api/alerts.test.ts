import { beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { lookAtRules } from '../../db/alerts/look.ts';
import { MEASURES } from '../../domain/alerts/measures.ts';
import { openLog } from '../../api/log.ts';
import { makeTemporalClient } from '../../api/temporal.ts';
import { checkTarget, endpointCalls, refusal } from './support/endpoints.ts';
import { unique } from './support/data.ts';
import { BASE, count, useTestApi } from './support/test-api.ts';

const api = useTestApi({ checkTarget });
const endpoints = endpointCalls(api);
const PATH = '/alert-rules';
const RULE = { measure: 'queue_age_minutes', threshold: 30, severity: 'warning' };

beforeAll(() => api.db.run(z.unknown(), 'update alert_rules set enabled = false'));

const make = async (given: Record<string, unknown> = {}) => {
  const answer = await api.post(PATH, { ...RULE, name: unique('rule'), ...given });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return String(answer.at('alertRule.id'));
};
const change = (id: string, json: unknown) => api.call('PATCH', `${BASE}${PATH}/${id}`, { json });
const remove = (id: string) => api.call('DELETE', `${BASE}${PATH}/${id}`);
/** Fires as if it had been found. */
async function fire(ruleId: string, given: { severity?: string; subject?: string } = {}) {
  const id = `alt_${ruleId.slice(4, 24)}${Math.random().toString(16).slice(2, 14).padEnd(12, '0')}`;
  await api.db.run(
    z.unknown(),
    `insert into alerts (id, rule_id, subject, severity, status, value, summary, fired_at, notified_at)
     values ($1, $2, $3, $4, 'FIRING', 31, 'It waits.', now(), now())`,
    [id, ruleId, given.subject ?? '', given.severity ?? 'warning'],
  );
  return id;
}

test('a rule is made with what is usual, and is shown as it was made', async () => {
  const name = unique('rule');
  const made = await api.post(PATH, { ...RULE, name });
  expect([made.status, made.at('alertRule')]).toMatchObject([
    201,
    {
      ...RULE,
      name,
      provider: null,
      currency: null,
      windowMinutes: 60,
      forMinutes: 0,
      channels: ['log'],
      repeatMinutes: null,
      enabled: true,
      lookedAt: null,
      updatedBy: `key:${api.keys.super_admin.id}`,
    },
  ]);
  const id = String(made.at('alertRule.id'));
  expect((await api.get(`${PATH}/${id}`)).at('alertRule')).toEqual(made.at('alertRule'));
  const names = (await api.get(PATH))
    .list('alertRules')
    .map((rule) => Reflect.get(Object(rule), 'name'));
  expect(names).toEqual(expect.arrayContaining([name, 'No worker', 'Books do not balance']));
});

test('the same idempotency key makes one rule', async () => {
  const headers = { 'idempotency-key': unique('key') };
  const body = { ...RULE, name: unique('rule') };
  const answers = [
    await api.post(PATH, body, { headers }),
    await api.post(PATH, body, { headers }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(answers[0]?.at('alertRule.id')).toBe(answers[1]?.at('alertRule.id'));
});

test.each<[Record<string, unknown>, string]>([
  [{ measure: 'feelings' }, 'measure'],
  [{ severity: 'dire' }, 'severity'],
  [{ threshold: 0 }, 'threshold'],
  [{ threshold: 1.5 }, 'threshold'],
  [{ threshold: '30' }, 'threshold'],
  [{ measure: 'failure_rate', threshold: 2 }, 'threshold'],
  [{ measure: 'low_balance', threshold: 100 }, 'currency'],
  [{ measure: 'low_balance', threshold: 100, currency: 'usd' }, 'currency'],
  [{ currency: 'USD' }, 'currency'],
  [{ provider: 'mock' }, 'provider'],
  [{ measure: 'stuck_payments', provider: 'paypal' }, 'provider'],
  [{ measure: 'invariant_broken', threshold: 1, windowMinutes: 5 }, 'windowMinutes'],
  [{ windowMinutes: 0 }, 'windowMinutes'],
  [{ windowMinutes: 10_081 }, 'windowMinutes'],
  [{ forMinutes: -1 }, 'forMinutes'],
  [{ repeatMinutes: 0 }, 'repeatMinutes'],
  [{ channels: ['pager'] }, 'channels.0'],
  [{ channels: ['log', 'mail:nobody'] }, 'channels.1'],
  [{ channels: ['log', `endpoint:whe_${'0'.repeat(32)}`] }, 'channels.1'],
  [{ channels: Array.from({ length: 11 }, (_, at) => `mail:a${at}@example.com`) }, 'channels'],
  [{ name: 'two\nlines' }, 'name'],
])('%j is refused at %s', async (given, path) => {
  const refused = await api.post(PATH, { ...RULE, name: unique('rule'), ...given });
  expect(refusal(refused)).toEqual([422, 'validation_error', path]);
});

test('a change is judged as the whole rule; what it measures stays', async () => {
  const id = await make({ measure: 'failure_rate', threshold: 0.5 });
  expect(refusal(await change(id, { threshold: 2 }))).toEqual([
    422,
    'validation_error',
    'threshold',
  ]);
  expect((await change(id, { measure: 'stuck_payments' })).status).toBe(422);
  expect((await change(id, {})).status).toBe(422);
  const changed = await change(id, {
    threshold: 0.25,
    repeatMinutes: 60,
    channels: ['log', 'log'],
  });
  expect(changed.at('alertRule')).toMatchObject({
    threshold: 0.25,
    repeatMinutes: 60,
    channels: ['log'],
    measure: 'failure_rate',
  });
  expect((await change(id, { repeatMinutes: null })).at('alertRule.repeatMinutes')).toBe(null);
  const taken = await change(id, { name: 'No worker' });
  expect([taken.status, taken.at('error.code')]).toEqual([409, 'invalid_state']);
});

test('an endpoint is a channel while it is registered', async () => {
  const { id: endpointId } = await endpoints.made();
  const id = await make({ channels: [`endpoint:${endpointId}`] });
  await endpoints.remove(endpointId);
  expect((await change(id, { threshold: 31 })).status).toBe(200);
  const again = await change(id, { channels: [`endpoint:${endpointId}`] });
  expect(refusal(again)).toEqual([422, 'validation_error', 'channels.0']);
});

test('a rule that is deleted is gone, its alerts stay and are over', async () => {
  const id = await make();
  const alertId = await fire(id);
  expect((await remove(id)).status).toBe(200);
  for (const answer of [
    await api.get(`${PATH}/${id}`),
    await change(id, { threshold: 5 }),
    await remove(id),
    await api.post(`${PATH}/${id}/test`),
  ])
    expect(answer.status).toBe(404);
  expect((await api.get(`/alerts/${alertId}`)).at('alert')).toMatchObject({
    status: 'RESOLVED',
    ruleId: id,
  });
});

test('alerts are listed newest first, with filters and pages, without what nobody was told', async () => {
  const id = await make();
  const ids = [
    await fire(id, { subject: 'a', severity: 'info' }),
    await fire(id, { subject: 'b', severity: 'critical' }),
    await fire(id, { subject: 'c', severity: 'critical' }),
  ]
    .toSorted()
    .toReversed();
  await api.db.run(
    z.unknown(),
    `insert into alerts (id, rule_id, subject, severity, status, value, summary, resolved_at)
     values ($1, $2, 'passed', 'info', 'RESOLVED', 1, 'It passed.', now())`,
    [`alt_${'f'.repeat(32)}`, id],
  );
  const listed = async (query: string) =>
    (await api.get(`/alerts?ruleId=${id}${query}`, { as: 'viewer' }))
      .list('alerts')
      .map((alert) => Reflect.get(Object(alert), 'id'));
  expect(await listed('')).toEqual(ids);
  expect(await listed('&severity=info')).toHaveLength(1);
  expect(await listed('&status=RESOLVED')).toEqual([]);
  const first = await api.get(`/alerts?ruleId=${id}&limit=2`);
  const cursor = String(first.at('nextCursor'));
  expect(await listed(`&limit=2&cursor=${cursor}`)).toEqual(ids.slice(2));
  for (const query of ['status=OPEN', 'severity=high', 'ruleId=1', 'since=2026', 'cursor=x'])
    expect((await api.get(`/alerts?${query}`)).status).toBe(422);
  await remove(id);
});

test('an alert is acknowledged once, by whoever may work on cases; its note and its row stay', async () => {
  const id = await make();
  const alertId = await fire(id);
  const path = `/alerts/${alertId}/acknowledge`;
  expect((await api.post(path, {}, { as: 'operator' })).status).toBe(403);
  const known = await api.post(path, { note: ' on it ' }, { as: 'processor' });
  expect([known.status, known.at('alert')]).toMatchObject([
    200,
    { status: 'FIRING', note: 'on it', acknowledgedBy: `key:${api.keys.processor.id}` },
  ]);
  const second = await api.post(path, {}, { as: 'processor' });
  expect([second.status, second.at('error.code')]).toEqual([409, 'invalid_state']);
  expect(second.at('error.message')).toContain(api.keys.processor.id);
  const trail =
    "select count(*) as n from audit_logs where action = 'alert.acknowledged' and details->>'alertId' = $1";
  expect(await count(api.db, trail, [alertId])).toBe(1);
  await remove(id);
  const over = await api.post(path, {}, { as: 'processor' });
  expect([over.status, over.at('error.code')]).toEqual([409, 'invalid_state']);
  const nobody = await api.post(`/alerts/alt_${'0'.repeat(32)}/acknowledge`, {});
  expect(nobody.status).toBe(404);
});

test('a test goes to every channel, is in no list, and says what became of it', async () => {
  const { id: endpointId } = await endpoints.made();
  const id = await make({ channels: ['log', 'mail:ops@example.com', `endpoint:${endpointId}`] });
  const tested = await api.call('POST', `${BASE}${PATH}/${id}/test`);
  expect(tested.status).toBe(202);
  const alertId = String(tested.at('alertId'));
  const shown = await api.get(`/alerts/${alertId}`, { as: 'viewer' });
  expect(shown.list('notices')).toMatchObject([
    { channel: 'log', word: 'test', status: 'PENDING', tries: 0 },
    { channel: 'mail:ops@example.com', word: 'test', status: 'PENDING' },
    { channel: `endpoint:${endpointId}`, word: 'test', status: 'PENDING' },
  ]);
  expect((await api.get(`/alerts?ruleId=${id}`)).list('alerts')).toEqual([]);
  const trail =
    "select count(*) as n from audit_logs where action = 'alert_rule.tested' and details->>'ruleId' = $1";
  expect(await count(api.db, trail, [id])).toBe(1);
  await endpoints.remove(endpointId);
});

test('an API alone finds that no worker is there', async () => {
  const ruleId = await make({ measure: 'worker_missing', threshold: 1, severity: 'critical' });
  const { temporalAddress: address } = inject('servers');
  const temporal = makeTemporalClient(api.db, {
    address,
    namespace: api.namespace,
    publicUrl: 'http://api.test',
  });
  try {
    const senses = { temporal: () => temporal.health() };
    const tools = { db: api.db, log: openLog('silent'), senses };
    const scope = { measures: MEASURES, pace: 'quick', everySeconds: 30 } as const;
    expect(await lookAtRules(tools, scope)).toBe(true);
    expect((await api.get(`/alerts?ruleId=${ruleId}`)).at('alerts.0')).toMatchObject({
      status: 'FIRING',
      measure: 'worker_missing',
      value: 1,
    });
  } finally {
    await temporal.close();
  }
  await remove(ruleId);
});
