import { expect, test } from 'vitest';
import { z } from 'zod';
import { unique } from './support/data.ts';
import { count, makeKey, useTestApi, type Answer } from './support/test-api.ts';

const api = useTestApi();

type Body = Record<string, unknown>;
const view = (given: Body = {}): Body => ({
  screen: 'batches',
  name: unique('view'),
  search: { status: ['FAILED', 'UNKNOWN'], q: 'september' },
  ...given,
});

const save = (body: Body, as: 'viewer' | 'operator' = 'viewer') =>
  api.post('/saved-views', body, { as });
const change = (id: unknown, json: Body, as: 'viewer' | 'operator' = 'viewer') =>
  api.call('PATCH', `/api/disbursement/saved-views/${String(id)}`, { as, json });
const remove = (id: unknown, as: 'viewer' | 'operator' = 'viewer') =>
  api.call('DELETE', `/api/disbursement/saved-views/${String(id)}`, { as });
const outcome = (answer: Answer) => [answer.status, answer.at('error.code')];
const names = (answer: Answer) =>
  answer.list('savedViews').map((each) => Reflect.get(Object(each), 'name'));

const trail = (id: unknown) =>
  api.db.run(
    z.object({ action: z.string(), actor: z.string(), details: z.record(z.string(), z.unknown()) }),
    `select action, actor, details from audit_logs where details ->> 'viewId' = $1 order by id`,
    [id],
  );

test('a view is saved, listed for its screen, changed and deleted, each with its audit row', async () => {
  const body = view();
  const made = await save(body);
  expect([made.status, made.at('savedView')]).toEqual([
    201,
    expect.objectContaining({ ...body, shared: false, own: true }),
  ]);
  const id = made.at('savedView.id');
  expect(names(await api.get('/saved-views?screen=batches', { as: 'viewer' }))).toContain(
    body['name'],
  );
  expect(names(await api.get('/saved-views?screen=payments', { as: 'viewer' }))).toEqual([]);
  const renamed = await change(id, { name: unique('other'), search: {} });
  expect([renamed.status, renamed.at('savedView.search')]).toEqual([200, {}]);
  expect((await change(id, { search: {} })).status).toBe(200);
  expect((await remove(id)).body).toEqual({ success: true });
  expect(outcome(await remove(id))).toEqual([404, 'not_found']);
  const rows = await trail(id);
  expect(rows.map(({ action }) => action)).toEqual(['view.saved', 'view.changed', 'view.deleted']);
  expect(rows[1]?.details).toMatchObject({
    changes: { before: { name: body['name'], search: body['search'] }, after: { search: {} } },
  });
  expect(new Set(rows.map(({ actor }) => actor))).toEqual(new Set([`key:${api.keys.viewer.id}`]));
});

test('a shared view is everybody’s to look at and its owner’s alone to change; others are nobody’s', async () => {
  const shared = (await save(view({ shared: true }))).at('savedView.id');
  const own = (await save(view())).at('savedView.id');
  const listed = await api.get('/saved-views', { as: 'operator' });
  expect(listed.list('savedViews')).toEqual([
    expect.objectContaining({ id: shared, own: false, owner: `key:${api.keys.viewer.id}` }),
  ]);
  for (const act of [change(shared, { name: 'mine' }, 'operator'), remove(shared, 'operator')])
    expect(outcome(await act)).toEqual([403, 'forbidden']);
  for (const act of [change(own, { name: 'mine' }, 'operator'), remove(own, 'operator')])
    expect(outcome(await act)).toEqual([404, 'not_found']);
  expect((await change(shared, { shared: false })).status).toBe(200);
  expect(names(await api.get('/saved-views', { as: 'operator' }))).toEqual([]);
  expect(outcome(await remove(shared, 'operator'))).toEqual([404, 'not_found']);
});

test('people keep theirs, apart from those of keys', async () => {
  const person = await api.person('viewer');
  const headers = person.headers;
  const made = await api.post('/saved-views', view({ name: 'Mine' }), { as: null, headers });
  expect([made.status, made.at('savedView.owner')]).toEqual([201, person.actor]);
  expect(names(await api.get('/saved-views', { as: null, headers }))).toEqual(['Mine']);
  expect(names(await api.get('/saved-views', { as: 'viewer' }))).not.toContain('Mine');
});

test('a name stands once for each owner and screen', async () => {
  const body = view();
  const first = await save(body);
  expect(outcome(await save(body))).toEqual([409, 'view_exists']);
  expect((await save({ ...body, screen: 'payments' })).status).toBe(201);
  expect((await save(body, 'operator')).status).toBe(201);
  const other = await save(view());
  expect(outcome(await change(other.at('savedView.id'), { name: body['name'] }))).toEqual([
    409,
    'view_exists',
  ]);
  expect((await change(first.at('savedView.id'), { name: body['name'] })).status).toBe(200);
});

test('nobody keeps more than a hundred', async () => {
  const { secret } = await makeKey(api.db, 'viewer');
  const headers = { authorization: `Bearer ${secret}` };
  const saveAs = () => api.post('/saved-views', view(), { as: null, headers });
  for (let n = 0; n < 100; n += 1) expect((await saveAs()).status).toBe(201);
  expect(outcome(await saveAs())).toEqual([409, 'invalid_state']);
  const pages = await api.get('/saved-views?limit=60', { as: null, headers });
  const next = await api.get(`/saved-views?limit=60&cursor=${String(pages.at('nextCursor'))}`, {
    as: null,
    headers,
  });
  expect([pages.list('savedViews').length, next.list('savedViews').length]).toEqual([60, 40]);
  expect(next.at('nextCursor')).toBe(null);
  expect(new Set([...names(pages), ...names(next)]).size).toBe(100);
});

test.each([
  ['no name', { name: '' }, 'name'],
  ['a long name', { name: 'x'.repeat(81) }, 'name'],
  ['a name of two lines', { name: 'a\nb' }, 'name'],
  ['no screen', { screen: 'No such' }, 'screen'],
  ['a number', { search: { limit: 5 } }, 'search.limit'],
  ['an object within', { search: { a: { b: 'c' } } }, 'search.a'],
  ['too much', { search: { q: 'ü'.repeat(2_100) } }, 'search'],
  ['text that is none', { search: { q: 'a\u0000b' } }, 'search.q'],
  ['an owner', { owner: 'user:somebody' }, 'owner'],
])('%s is refused', async (_name, given, path) => {
  const before = await count(api.db, 'select count(*) as n from saved_views');
  const answer = await save(view(given));
  expect([answer.status, answer.at('error.details.0.path')]).toEqual([422, path]);
  expect(await count(api.db, 'select count(*) as n from saved_views')).toBe(before);
});

test('a change of nothing is refused', async () => {
  const made = await save(view());
  expect(outcome(await change(made.at('savedView.id'), {}))).toEqual([422, 'validation_error']);
});
