import { expect, test } from 'vitest';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { endSession } from '../../db/queries/user-sessions.ts';
import { noRow } from '../../db/rows.ts';
import { addPayable } from './support/data.ts';
import { openNews, readEvents } from './support/event-reader.ts';
import { count, makeKey, useTestApi } from './support/test-api.ts';

const api = useTestApi();

/** Ends whatever a stream's caller had: what nobody wrote down as well. */
const LOSSES = {
  'a session that was ended': async ({ id, sessionId }: Holder) => {
    await endSession(api.db, { id: sessionId, userId: id, action: 'session.revoked' }, SYSTEM);
  },
  'a session that has run out': ({ sessionId }: Holder) =>
    change(`update user_sessions set expires_at = now() where id = $1`, sessionId),
  'a session without a call for too long': ({ sessionId }: Holder) =>
    change(
      `update user_sessions set updated_at = now() - interval '16 minutes' where id = $1`,
      sessionId,
    ),
  'a person who is frozen': ({ id }: Holder) =>
    change(`update users set frozen_at = now(), frozen_reason = 'x' where id = $1`, id),
  'a role that was taken back': ({ id }: Holder) =>
    change(
      `with kept as (
         insert into role_changes (id, user_id, from_role, to_role, reason, actor)
         select 'rch_' || md5(id), id, role, null, 'test', 'system' from users where id = $1
       )
       update users set role = null where id = $1`,
      id,
    ),
};

interface Holder {
  id: string;
  sessionId: string;
}

const change = (sql: string, id: string): Promise<unknown> => api.db.run(noRow, sql, [id]);

test.each(Object.entries(LOSSES))('%s ends its stream', async (_name, lose) => {
  await api.person('super_admin');
  const person = await api.person('viewer');
  const stream = await openNews(api, { cookie: person.headers['cookie'] ?? '' });
  await lose(person);
  expect((await stream.rest()).filter(({ event }) => event !== 'news')).toEqual([]);
});

test.each([
  ['revoked', `update api_keys set revoked_at = now() where id = $1`],
  ['run out', `update api_keys set expires_at = now() where id = $1`],
  ['frozen', `update api_keys set frozen_at = now(), frozen_reason = 'x' where id = $1`],
  ['bound to other networks', `update api_keys set cidrs = '{192.0.2.0/24}' where id = $1`],
  ['left without the permission', `update api_keys set scopes = '{export}' where id = $1`],
])('a key that is %s ends its stream', async (_name, sql) => {
  const { id, secret } = await makeKey(api.db, 'manager');
  const stream = await openNews(api, { authorization: `Bearer ${secret}` });
  await change(sql, id);
  expect((await stream.rest()).filter(({ event }) => event !== 'news')).toEqual([]);
});

test('a stream of a batch ends with the rights of its caller too', async () => {
  const affiliateId = await addPayable(api);
  const made = await api.post('/batches', { affiliateIds: [affiliateId] });
  const { id, secret } = await makeKey(api.db, 'viewer');
  const answer = await api.app.request(
    `/api/disbursement/batches/${String(made.at('batch.id'))}/events`,
    { headers: { authorization: `Bearer ${secret}` } },
    {},
  );
  const stream = readEvents(answer.body);
  expect((await stream.next())?.event).toBe('progress');
  await change(`update api_keys set revoked_at = now() where id = $1`, id);
  expect(await stream.rest()).toEqual([]);
});

test('watching is no use of a session: who only watches is idle', async () => {
  const person = await api.person('viewer');
  const { sessionId } = person;
  await api.db.run(
    noRow,
    `update user_sessions set updated_at = now() - interval '10 minutes' where id = $1`,
    [sessionId],
  );
  const opened = await openNews(api, { cookie: person.headers['cookie'] ?? '' });
  const age = () =>
    count(
      api.db,
      `select extract(epoch from now() - updated_at)::int as n from user_sessions where id = $1`,
      [sessionId],
    );
  // Opening it was a use.
  await expect.poll(age).toBeLessThan(60);
  await api.db.run(
    noRow,
    `update user_sessions set updated_at = now() - interval '14 minutes' where id = $1`,
    [sessionId],
  );
  await api.db.run(
    noRow,
    `insert into audit_logs (action, status, batch_id, actor) values ('policy.changed', 'INFO', $1, 'system'),
       ('batch.paused', 'INFO', $1, 'system')`,
    [newId('batch')],
  );
  await opened.newsThat(({ topic }) => topic === 'batch');
  expect(await age()).toBeGreaterThan(800);
  await opened.stop();
});

test('without working credentials there is no stream', async () => {
  expect((await api.get('/live', { as: null })).status).toBe(401);
  const { secret } = await makeKey(api.db, 'viewer', new Date(Date.now() - 1_000));
  const headers = { authorization: `Bearer ${secret}` };
  expect((await api.get('/live', { as: null, headers })).status).toBe(401);
});
