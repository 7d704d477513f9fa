import { expect, test } from 'vitest';
import { z } from 'zod';
import { addPayable, affiliate, unique } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();
const withKey = (key: string) => ({ headers: { 'idempotency-key': key } });

test('the same key and body give the first answer again, byte for byte', async () => {
  const body = { affiliateIds: [await addPayable(api)] };
  const key = unique('key');
  const first = await api.post('/batches', body, withKey(key));
  const second = await api.post('/batches', body, withKey(key));
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.text).toBe(first.text);
  expect(second.headers.get('idempotency-replayed')).toBe('true');
});

test('the same key with another body, path or query is 422', async () => {
  const key = unique('key');
  await api.post('/affiliates', affiliate(), withKey(key));
  const otherBody = await api.post('/affiliates', affiliate(), withKey(key));
  const otherPath = await api.post('/batches', affiliate(), withKey(key));
  expect([otherBody.status, otherBody.at('error.code')]).toEqual([422, 'idempotency_mismatch']);
  expect([otherPath.status, otherPath.at('error.code')]).toEqual([422, 'idempotency_mismatch']);
});

test('a hundred calls at once with one key make one batch', async () => {
  const body = { affiliateIds: [await addPayable(api)] };
  const key = unique('key');
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => api.post('/batches', body, withKey(key))),
  );
  const codes = new Set(
    answers.map((answer) => (answer.status === 201 ? 'made' : answer.at('error.code'))),
  );
  expect([...codes].every((code) => code === 'made' || code === 'idempotency_in_progress')).toBe(
    true,
  );
  expect(codes.has('made')).toBe(true);
  const made = new Set(
    answers.filter(({ status }) => status === 201).map((answer) => answer.at('batch.id')),
  );
  expect(made.size).toBe(1);
});

test('a key belongs to its caller', async () => {
  const key = unique('key');
  const first = await api.post('/affiliates', affiliate(), withKey(key));
  const other = await api.post('/affiliates', affiliate(), { ...withKey(key), as: 'operator' });
  expect([first.status, other.status]).toEqual([201, 201]);
});

test('a refused request may be corrected under the same key', async () => {
  const key = unique('key');
  const given = affiliate();
  const wrong = await api.post('/affiliates', { ...given, email: 'x' }, withKey(key));
  expect(wrong.status).toBe(422);
  expect(
    (await api.post('/affiliates', { ...given, email: 'x' }, withKey(key))).at('error.code'),
  ).toBe('validation_error');
});

test('a call whose process died is repeated and finds the batch that it had made', async () => {
  const body = { affiliateIds: [await addPayable(api)] };
  const key = unique('key');
  const first = await api.post('/batches', body, withKey(key));
  // As a crash between the commit and the storing of the answer leaves it.
  await api.db.run(
    z.unknown(),
    "update idempotency_keys set response_status = null, response_body = null, locked_until = now() - interval '1 s' where key = $1",
    [key],
  );
  const second = await api.post('/batches', body, withKey(key));
  expect([second.status, second.at('batch.id')]).toEqual([201, first.at('batch.id')]);
});

test('while a call runs, the same one is 409 idempotency_in_progress', async () => {
  const key = unique('key');
  const given = affiliate();
  await api.post('/affiliates', given, withKey(key));
  await api.db.run(
    z.unknown(),
    "update idempotency_keys set response_status = null, response_body = null, locked_until = now() + interval '1 min' where key = $1",
    [key],
  );
  const answer = await api.post('/affiliates', given, withKey(key));
  expect([answer.status, answer.at('error.code')]).toEqual([409, 'idempotency_in_progress']);
});

test('a key of the wrong shape is 422', async () => {
  const answer = await api.post('/affiliates', affiliate(), withKey('a'.repeat(256)));
  expect(answer.status).toBe(422);
  expect(
    await count(api.db, 'select count(*) as n from idempotency_keys where length(key) > 255'),
  ).toBe(0);
});
