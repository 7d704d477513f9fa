import { expect, test } from 'vitest';
import { z } from 'zod';
import { noRow } from '../../db/rows.ts';
import { cookieOf, headersOf, PASSWORD, storePerson } from '../support/people.ts';
import { addPayable } from './support/data.ts';
import { count, useTestApi, type CallOptions } from './support/test-api.ts';

const api = useTestApi();

const signIn = (email: string, password: string, from?: string) =>
  api.call('POST', '/api/auth/sign-in', {
    as: null,
    json: { email, password },
    ...(from !== undefined && { from }),
  });

const fail = async (email: string, times: number, from?: string) => {
  for (let tries = 0; tries < times; tries += 1)
    expect((await signIn(email, 'not the password at all', from)).status).toBe(401);
};

const eventsOf = (column: 'subject' | 'actor', value: string) =>
  api.db.run(
    z.object({ id: z.string(), level: z.string() }),
    `select id, level from risk_events where rule = 'failed_sign_ins' and status = 'OPEN' and ${column} = $1`,
    [value],
  );

async function newBatch(): Promise<string> {
  const affiliateIds = [await addPayable(api)];
  return String((await api.post('/batches', { affiliateIds })).at('batch.id'));
}

test('the fifth failure of an account within ten minutes is found, and the fourth is not', async () => {
  const { email } = await storePerson(api.db, 'viewer');
  await fail(email, 4);
  expect(await eventsOf('subject', email)).toEqual([]);
  await fail(email, 1);
  expect(await eventsOf('subject', email)).toEqual([expect.objectContaining({ level: 'medium' })]);
  expect((await signIn(email, PASSWORD)).status).toBe(429);
});

test('a sign-in that works after five of its account failed goes on, and moves no money', async () => {
  const { id, email } = await storePerson(api.db, 'processor');
  for (let each = 0; each < 5; each += 1) await fail(email, 1, `198.51.100.${each + 20}`);
  const from = '203.0.113.50';
  const done = await signIn(email, PASSWORD, from);
  expect(done.status).toBe(200);
  const options: CallOptions = { as: null, headers: headersOf(cookieOf(done.headers)), from };
  const batchId = await newBatch();
  expect((await api.get(`/batches/${batchId}`, options)).status).toBe(200);
  const execute = () => api.post(`/batches/${batchId}/execute`, {}, options);
  const held = await execute();
  expect([held.status, held.at('error.code')]).toEqual([409, 'risk_hold']);
  const [event] = await eventsOf('actor', `user:${id}`);
  expect(event?.level).toBe('high');
  const resolved = await api.post(`/risk-events/${event?.id ?? ''}/resolve`, {
    resolution: 'false_alarm',
    reason: 'they had forgotten it',
  });
  expect(resolved.status).toBe(200);
  expect((await execute()).status).toBe(202);
});

test('what fails at an address for others is told of who signs in there, and holds nothing', async () => {
  const from = '203.0.113.51';
  for (let each = 0; each < 7; each += 1) await fail(`guess${each}@example.com`, 1, from);
  const { id, email } = await storePerson(api.db, 'processor');
  const done = await signIn(email, PASSWORD, from);
  const options: CallOptions = { as: null, headers: headersOf(cookieOf(done.headers)), from };
  expect(await eventsOf('actor', `user:${id}`)).toEqual([
    expect.objectContaining({ level: 'medium' }),
  ]);
  const answer = await api.post(`/batches/${await newBatch()}/execute`, {}, options);
  expect(answer.status).toBe(202);
});

test('failures count for the person, from wherever and however the address is spelt', async () => {
  const { id, email } = await storePerson(api.db, 'processor');
  for (let each = 0; each < 4; each += 1) await fail(email, 1, `198.51.100.${each + 1}`);
  expect((await signIn(email, PASSWORD, '192.0.2.7')).status).toBe(200);
  expect(await eventsOf('actor', `user:${id}`)).toEqual([]);
  await fail(email.toUpperCase(), 1, '198.51.100.9');
  expect((await signIn(email, PASSWORD, '192.0.2.7')).status).toBe(200);
  expect(await eventsOf('actor', `user:${id}`)).toEqual([
    expect.objectContaining({ level: 'high' }),
  ]);
});

test('S-26: where the rules cannot be asked a sign-in goes on, and money does not', async () => {
  const { email } = await storePerson(api.db, 'processor');
  const batchId = await newBatch();
  await api.db.run(noRow, 'alter table risk_events rename to risk_events_away', []);
  try {
    await fail(email, 1);
    const done = await signIn(email, PASSWORD);
    expect(done.status).toBe(200);
    const options: CallOptions = { as: null, headers: headersOf(cookieOf(done.headers)) };
    const answer = await api.post(`/batches/${batchId}/execute`, {}, options);
    expect(answer.status).toBeGreaterThanOrEqual(500);
  } finally {
    await api.db.run(noRow, 'alter table risk_events_away rename to risk_events', []);
  }
  const asked =
    'select count(*) as n from batches where id = $1 and execute_requested_at is not null';
  expect(await count(api.db, asked, [batchId])).toBe(0);
});
