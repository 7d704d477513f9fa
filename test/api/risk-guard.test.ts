import { expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../db/new-id.ts';
import { makeId } from '../../domain/ids.ts';
import { addPayable, affiliate, unique } from './support/data.ts';
import { count, makeKey, useTestApi, type CallOptions } from './support/test-api.ts';

const api = useTestApi();

const RULES = '/api/disbursement/rules/dry-run';

/** A key that nobody else uses, as calls carry it. */
async function newCaller(role: 'processor' | 'admin') {
  const { id, secret } = await makeKey(api.db, role);
  const options: CallOptions = { as: null, headers: { authorization: `Bearer ${secret}` } };
  return { id, actor: `key:${id}`, options };
}
type Caller = Awaited<ReturnType<typeof newCaller>>;

async function newBatch(): Promise<string> {
  const affiliateIds = [await addPayable(api)];
  return String((await api.post('/batches', { affiliateIds })).at('batch.id'));
}

const execute = (batchId: string, { options }: Caller) =>
  api.post(`/batches/${batchId}/execute`, {}, options);

async function raiseAgainst({ actor }: Caller, level: string): Promise<string> {
  const id = newId('riskEvent');
  await api.db.run(
    z.unknown(),
    `insert into risk_events (id, rule, level, action, subject, actor, explanation, evidence)
     values ($1, 'two_networks', $2, 'held', $3, $3, 'A test.', '{}')`,
    [id, level, actor],
  );
  return id;
}

const resolve = (id: string, resolution = 'false_alarm') =>
  api.post(`/risk-events/${id}/resolve`, { resolution, reason: 'looked at it' }, { as: 'admin' });

test('ten denials hold what the caller does with money, and nothing that only looks', async () => {
  const caller = await newCaller('processor');
  const batchId = await newBatch();
  for (let tries = 0; tries < 9; tries += 1) {
    expect((await api.call('POST', RULES, { json: {}, ...caller.options })).status).toBe(403);
  }
  const open = "select count(*) as n from risk_events where actor = $1 and status = 'OPEN'";
  expect(await count(api.db, open, [caller.actor])).toBe(0);
  expect((await api.call('POST', RULES, { json: {}, ...caller.options })).status).toBe(403);
  expect(await count(api.db, open, [caller.actor])).toBe(1);

  const refused = await execute(batchId, caller);
  expect([refused.status, refused.at('error.code')]).toEqual([409, 'risk_hold']);
  expect(refused.at('error.message')).toMatch(/rsk_[0-9a-f]{32} \(permission_probing\)/);
  expect((await api.get(`/batches/${batchId}`, caller.options)).at('batch.status')).toBe('PENDING');

  const [event] = await api.db.run(
    z.object({ id: z.string() }),
    'select id from risk_events where actor = $1',
    [caller.actor],
  );
  expect((await resolve(event?.id ?? '')).status).toBe(200);
  expect((await execute(batchId, caller)).status).toBe(202);
});

test('every way to move money is held, and stopping it is not', async () => {
  const caller = await newCaller('admin');
  const batchId = await newBatch();
  const [payeeId, account] = [await addPayable(api), await newAccount()];
  const { options } = caller;
  const daily = { frequency: 'day', currency: 'USD', mode: 'run' };
  const schedule = await api.post('/schedules', daily, options);
  expect([schedule.status, schedule.text]).toEqual([201, expect.any(String)]);
  const scheduleId = String(schedule.at('schedule.id'));
  const scheduled = `/api/disbursement/schedules/${scheduleId}`;
  const paymentId = String((await api.get(`/batches/${batchId}/payments`)).at('payments.0.id'));
  await raiseAgainst(caller, 'high');
  const calls: Record<string, () => Promise<{ status: number; at(path: string): unknown }>> = {
    execute: () => execute(batchId, caller),
    resume: () => api.post(`/batches/${batchId}/resume`, { reason: 'go on' }, options),
    pay: () => api.post(`/affiliates/${payeeId}/pay`, {}, options),
    create: () => api.post('/batches', { affiliateIds: [payeeId], autoExecute: true }, options),
    list: () =>
      api.post(
        '/quick-payments',
        {
          currency: 'USD',
          items: [{ externalId: unique('q'), affiliateId: payeeId, amount: 900 }],
        },
        options,
      ),
    schedule: () => api.post('/schedules', { ...daily, frequency: 'week' }, options),
    reschedule: () => api.call('PATCH', scheduled, { json: { timeOfDay: '10:00' }, ...options }),
    unpause: () => api.post(`/schedules/${scheduleId}/resume`, { reason: 'go on' }, options),
    resolve: () =>
      api.post(
        `/payments/${paymentId}/resolve`,
        { verdict: 'not_paid', reason: 'a call' },
        options,
      ),
    reveal: () => api.post(`/mock/accounts/${account}/reveal`, { reason: 'a call' }, options),
  };
  for (const [name, call] of Object.entries(calls)) {
    const answer = await call();
    expect([name, answer.status, answer.at('error.code')]).toEqual([name, 409, 'risk_hold']);
  }
  const paid = { verdict: 'paid', reason: 'a call' };
  expect((await api.post(`/payments/${paymentId}/resolve`, paid, options)).at('error.code')).toBe(
    'invalid_state',
  );
  expect(
    (await api.post(`/schedules/${scheduleId}/pause`, { reason: 'stop' }, options)).status,
  ).toBe(200);
  const proposed = { ...daily, frequency: 'month', mode: 'propose' };
  expect((await api.post('/schedules', proposed, options)).status).toBe(201);
  const made = 'select count(*) as n from payments where payee_id = $1';
  expect(await count(api.db, made, [payeeId])).toBe(0);
  const revealed =
    "select count(*) as n from audit_logs where action = 'account.revealed' and details ->> 'accountId' = $1";
  expect(await count(api.db, revealed, [account])).toBe(0);
  const draft = await api.post('/batches', { affiliateIds: [payeeId] }, options);
  expect(draft.status).toBe(201);
  const gone = `/api/disbursement/batches/${String(draft.at('batch.id'))}`;
  expect((await api.call('DELETE', gone, options)).status).toBe(200);
});

test('medium events hold nobody, and events of others neither', async () => {
  const [caller, other] = [await newCaller('processor'), await newCaller('processor')];
  await raiseAgainst(caller, 'medium');
  await raiseAgainst(other, 'high');
  expect((await execute(await newBatch(), caller)).status).toBe(202);
});

test('a critical event freezes the key: it works nowhere any more within a second', async () => {
  const caller = await newCaller('processor');
  const batchId = await newBatch();
  expect((await api.get(`/batches/${batchId}`, caller.options)).status).toBe(200);
  await raiseAgainst(caller, 'critical');
  expect((await execute(batchId, caller)).status).toBe(409);
  await expect
    .poll(async () => (await api.get(`/batches/${batchId}`, caller.options)).status, {
      timeout: 1_000,
    })
    .toBe(401);
  const frozen =
    "select count(*) as n from audit_logs where action = 'api_key.frozen' and details ->> 'keyId' = $1";
  expect(await count(api.db, frozen, [caller.id])).toBe(1);
});

test('a critical event ends every session of a person, and freezes them', async () => {
  const person = await api.person('processor');
  const options: CallOptions = { as: null, headers: person.headers };
  const batchId = await newBatch();
  expect((await api.get(`/batches/${batchId}`, options)).status).toBe(200);
  await raiseAgainst({ id: person.id, actor: person.actor, options }, 'critical');
  expect((await api.post(`/batches/${batchId}/execute`, {}, options)).status).toBe(409);
  await expect
    .poll(async () => (await api.get(`/batches/${batchId}`, options)).status, { timeout: 1_000 })
    .toBe(401);
  const frozen = 'select count(*) as n from users where id = $1 and frozen_at is not null';
  expect(await count(api.db, frozen, [person.id])).toBe(1);
  const sessions = 'select count(*) as n from user_sessions where user_id = $1';
  expect(await count(api.db, sessions, [person.id])).toBe(0);
});

test('S-26: where the risk rules cannot be asked, nothing is executed', async () => {
  const caller = await newCaller('processor');
  const batchId = await newBatch();
  await api.db.run(z.unknown(), 'alter table risk_events rename to risk_events_away');
  try {
    expect((await execute(batchId, caller)).status).toBeGreaterThanOrEqual(500);
  } finally {
    await api.db.run(z.unknown(), 'alter table risk_events_away rename to risk_events');
  }
  const status = 'select count(*) as n from batches where id = $1 and execute_requested_at is null';
  expect(await count(api.db, status, [batchId])).toBe(1);
});

const DETAILS = { channelCode: 'ID_BCA', accountNumber: '7700998877' };

async function newAccount(): Promise<string> {
  const affiliateId = String((await api.post('/affiliates', affiliate())).at('items.0.id'));
  const account = { affiliateId, accountRef: unique('ref'), details: DETAILS };
  return String((await api.post('/mock/accounts', account)).at('account.id'));
}

test('details are revealed in full, for a reason that is kept first, and by nobody without the right', async () => {
  const id = await newAccount();
  const path = `/mock/accounts/${id}/reveal`;
  const person = await api.person('admin');
  const options: CallOptions = { as: null, headers: person.headers };
  const shown = await api.post(path, { reason: 'the payee calls' }, options);
  expect(shown.status).toBe(200);
  expect(shown.at('details')).toEqual(DETAILS);
  expect(shown.headers.get('cache-control')).toBe('no-store');
  const kept = `select count(*) as n from audit_logs where action = 'account.revealed' and actor = $1
    and details ->> 'accountId' = $2 and details ->> 'reason' = 'the payee calls' and details::text not like '%7700998877%'`;
  expect(await count(api.db, kept, [person.actor, id])).toBe(1);
  expect((await api.post(path, {}, options)).status).toBe(422);
  expect((await api.post(path, { reason: 'x' }, { as: 'manager' })).status).toBe(403);
  const absent = makeId('account', '0'.repeat(32));
  expect((await api.post(`/mock/accounts/${absent}/reveal`, { reason: 'x' }, options)).status).toBe(
    404,
  );
  const stale =
    "update user_sessions set authenticated_at = now() - interval '6 minutes' where user_id = $1";
  await api.db.run(z.unknown(), stale, [person.id]);
  await new Promise((done) => setTimeout(done, 1_000));
  const late = await api.post(path, { reason: 'x' }, options);
  expect([late.status, late.at('error.code')]).toEqual([403, 'step_up_required']);
});

test('the fiftieth account in an hour is not revealed', async () => {
  const caller = await newCaller('admin');
  const id = await newAccount();
  const reveal = () => api.post(`/mock/accounts/${id}/reveal`, { reason: 'x' }, caller.options);
  for (let shown = 0; shown < 49; shown += 1) expect((await reveal()).status).toBe(200);
  const refused = await reveal();
  expect([refused.status, refused.at('error.code')]).toEqual([409, 'risk_hold']);
  expect(refused.text).not.toContain('7700998877');
});

test('what a rule finds is counted, and told to the endpoints', async () => {
  const caller = await newCaller('processor');
  const endpoint = { url: 'https://hooks.example/risk', eventTypes: ['risk.raised'] };
  await api.db.run(
    z.unknown(),
    `insert into webhook_endpoints (id, url, event_types, secret_sealed, created_by) values ($1, $2, $3::text::jsonb, 'x', 'test')`,
    [newId('endpoint'), endpoint.url, JSON.stringify(endpoint.eventTypes)],
  );
  const id = await raiseAgainst(caller, 'high');
  const [told] = await api.db.run(
    z.object({ data: z.record(z.string(), z.unknown()) }),
    "select data from outbox_events where type = 'risk.raised' and data ->> 'riskEventId' = $1",
    [id],
  );
  expect(told?.data).toMatchObject({ rule: 'two_networks', level: 'high', actor: caller.actor });
  const metrics = await api.call('GET', '/metrics', { as: null });
  expect(metrics.text).toMatch(/bursar_risk_open\{level="high"\} [1-9]/);
});
