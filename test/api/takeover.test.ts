import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../db/new-id.ts';
import { noRow } from '../../db/rows.ts';
import { cookieOf, headersOf, type Person } from '../support/people.ts';
import { addPayable } from './support/data.ts';
import { count, useTestApi, type Answer, type CallOptions } from './support/test-api.ts';

/** Somebody who may invite people sets the password of one of them, and acts as that person. */
const api = useTestApi({ approvalsRequired: 1 });
/** On the first day of the first person the rule about fresh roles is silent. */
beforeAll(async () => {
  const { id } = await api.person('viewer');
  const age = "update users set created_at = now() - interval '2 days' where id = $1";
  await api.db.run(noRow, age, [id]);
});
const CHOSEN = 'seven green umbrellas at noon';

type Caller = Pick<Person, 'headers'>;
const as = ({ headers }: Caller): CallOptions => ({ as: null, headers });
const seen = (answer: Answer) => [answer.status, answer.at('error.code')];

async function batchBy(maker: Caller) {
  const made = await api.post('/batches', { affiliateIds: [await addPayable(api)] }, as(maker));
  expect([made.status, made.text]).toEqual([201, expect.any(String)]);
  return { id: String(made.at('batch.id')), contentHash: String(made.at('batch.contentHash')) };
}

const approve = async ({ id }: { id: string }, caller: Caller) => {
  const contentHash = (await api.get(`/batches/${id}`)).at('batch.contentHash');
  return api.post(`/batches/${id}/approve`, { contentHash }, as(caller));
};

const accept = (token: unknown) =>
  api.call('POST', '/api/auth/accept-invite', { as: null, json: { token, password: CHOSEN } });
const signIn = (email: string) =>
  api.call('POST', '/api/auth/sign-in', { as: null, json: { email, password: CHOSEN } });

/** Who knows an invitation signs in as the person it is for. */
async function takeOver(token: unknown, email: string): Promise<Caller> {
  expect((await accept(token)).status).toBe(200);
  const answer = await signIn(email);
  expect(answer.status).toBe(200);
  return { headers: headersOf(cookieOf(answer.headers)) };
}

/** A manager whom the admin has just made, and as whom the admin acts. */
async function puppetOf(admin: Caller) {
  const email = `puppet.${newId('user').slice(-12)}@example.com`;
  const json = { email, name: 'Puppet', role: 'manager' };
  const made = await api.call('POST', '/api/admin/users', { ...as(admin), json });
  return takeOver(made.at('invite.token'), email);
}

/** A person whose role, by the history, is older than any rule looks back. */
async function longStanding(role: 'manager' | 'admin') {
  const person = await api.person(role);
  for (const change of [
    'alter table role_changes disable trigger user',
    "update role_changes set created_at = now() - interval '30 days'",
    'alter table role_changes enable trigger user',
  ])
    await api.db.run(noRow, change, []);
  return person;
}

const invite = (admin: Caller, { id }: { id: string }) =>
  api.call('POST', `/api/admin/users/${id}/invite`, { ...as(admin), json: {} });

test('who makes a batch and then a person has it approved by that person in no way', async () => {
  const admin = await api.person('admin');
  const batch = await batchBy(admin);
  const puppet = await puppetOf(admin);
  expect(seen(await approve(batch, puppet))).toEqual([409, 'risk_hold']);
  const open = `select count(*) as n from risk_events
    where rule = 'fresh_role' and level = 'high' and batch_id = $1 and status = 'OPEN'`;
  expect(await count(api.db, open, [batch.id])).toBe(1);
  const approvals = 'select count(*) as n from approvals where batch_id = $1';
  expect(await count(api.db, approvals, [batch.id])).toBe(0);
});

test('the other way round neither: nobody approves what was made by a person whom they invited', async () => {
  const admin = await api.person('admin');
  const batch = await batchBy(await puppetOf(admin));
  expect(seen(await approve(batch, admin))).toEqual([409, 'risk_hold']);
});

test('people who have nothing to do with each other approve what the other one made', async () => {
  const [maker, approver] = [await api.person('admin'), await puppetOf(await api.person('admin'))];
  expect((await approve(await batchBy(maker), approver)).status).toBe(200);
});

test('a password set by an invitation holds for a day what its person does with money', async () => {
  const [maker, admin, manager] = [
    await longStanding('admin'),
    await longStanding('admin'),
    await longStanding('manager'),
  ];
  const first = await batchBy(maker);
  // An installation that is older than a week.
  const age = "update payments set created_at = created_at - interval '8 days'";
  await api.db.run(noRow, age, []);
  expect((await approve(first, manager)).status).toBe(200);
  const batch = await batchBy(maker);
  const taken = await takeOver((await invite(admin, manager)).at('invite.token'), manager.email);
  expect(seen(await approve(batch, taken))).toEqual([409, 'risk_hold']);
  expect(seen(await api.post(`/batches/${first.id}/execute`, {}, as(taken)))).toEqual([
    409,
    'risk_hold',
  ]);
  const [event] = await api.db.run(
    z.object({ id: z.string(), evidence: z.record(z.string(), z.unknown()) }),
    "select id, evidence from risk_events where rule = 'fresh_role' and actor = $1",
    [manager.actor],
  );
  expect(event?.evidence).toMatchObject({ byInvitation: true, grantedBy: admin.actor });
  const resolve = (who: Caller) =>
    api.post(
      `/risk-events/${event?.id ?? ''}/resolve`,
      { resolution: 'false_alarm', reason: 'they forgot their password' },
      as(who),
    );
  expect(seen(await resolve(admin))).toEqual([403, 'own_risk_event']);
  expect((await resolve(await longStanding('admin'))).status).toBe(200);
  expect((await approve(batch, taken)).status).toBe(200);
});

test('an invitation ends every session of the person, and the second factor stays', async () => {
  const [admin, manager] = [await api.person('admin'), await api.person('manager')];
  await api.db.run(
    noRow,
    `with factor as (
       insert into user_second_factors (id, user_id, secret, backup_codes, verified)
       values ($2, $1, 'sealed', 'sealed', true)
     )
     update users set two_factor_enabled = true where id = $1`,
    [manager.id, newId('secondFactor')],
  );
  expect((await api.get('/batches', as(manager))).status).toBe(200);
  expect((await accept((await invite(admin, manager)).at('invite.token'))).status).toBe(200);
  expect((await api.get('/batches', as(manager))).status).toBe(401);
  expect(seen(await signIn(manager.email))).toEqual([401, 'second_factor_required']);
});
