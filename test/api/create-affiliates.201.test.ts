import { expect, test } from 'vitest';
import { affiliate } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

test('adds an affiliate once, however often it is given', async () => {
  const given = affiliate();
  const first = await api.post('/affiliates', given);
  const second = await api.post('/affiliates', given);
  expect([first.status, second.status]).toEqual([201, 200]);
  expect(first.body).toEqual({
    items: [
      {
        id: expect.stringMatching(/^aff_[0-9a-f]{32}$/),
        externalId: given.externalId,
        created: true,
      },
    ],
  });
  expect(second.at('items.0')).toMatchObject({
    id: first.at('items.0.id'),
    created: false,
  });
});

test('answers many in the order given, the new ones marked', async () => {
  const [known, ...others] = Array.from({ length: 1_000 }, () => affiliate());
  await api.post('/affiliates', known);
  const answer = await api.post('/affiliates', { items: [...others, known] });
  expect(answer.status).toBe(201);
  const items = answer.list('items');
  const given = [...others, known].map((each) => each?.externalId);
  expect(items.map((item) => Reflect.get(Object(item), 'externalId'))).toEqual(given);
  expect(items.filter((item) => Reflect.get(Object(item), 'created') === true).length).toBe(999);
});

test('the same affiliate given at once by twenty callers is made once', async () => {
  const given = affiliate();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => api.post('/affiliates', given)),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(new Set(answers.map((answer) => answer.at('items.0.id'))).size).toBe(1);
});

test('other content under a known external id is refused, and nothing of the call is kept', async () => {
  const given = affiliate();
  await api.post('/affiliates', given);
  const before = await count(api.db, 'select count(*) as n from payees');
  const answer = await api.post('/affiliates', {
    items: [affiliate(), { ...given, country: 'FR' }],
  });
  expect(answer.status).toBe(409);
  expect(answer.at('error')).toMatchObject({
    code: 'external_id_conflict',
    details: [{ path: 'items.1.country' }],
  });
  expect(await count(api.db, 'select count(*) as n from payees')).toBe(before);
});

test.each([
  [{ email: 'no address' }, 'email'],
  [{ country: 'gb' }, 'country'],
  [{ currency: 'XXX' }, 'currency'],
  [{ fullName: '' }, 'fullName'],
  [{ role: 'admin' }, 'role'],
])('%o is refused with 422 at %s', async (wrong, path) => {
  const answer = await api.post('/affiliates', affiliate(wrong));
  expect(answer.status).toBe(422);
  expect(answer.at('error.details.0.path')).toBe(path);
});
