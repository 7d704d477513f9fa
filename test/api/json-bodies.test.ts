import { expect, test } from 'vitest';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

const PATH = '/api/disbursement/affiliates';
const send = (raw: string, contentType = 'application/json') =>
  api.call('POST', PATH, { raw, headers: { 'content-type': contentType } });

const deep = (depth: number) => `{"affiliates":${'['.repeat(depth)}${']'.repeat(depth)}}`;

test.each([
  ['a field twice', '{"affiliates":[],"affiliates":[]}', /twice/],
  ['a field twice, once escaped', '{"affiliates":[],"\\u0061ffiliates":[]}', /twice/],
  ['a field twice further in', '{"affiliates":[{"externalId":"a","externalId":"b"}]}', /twice/],
  ['__proto__', '{"__proto__":{"role":"super_admin"}}', /__proto__/],
  ['__proto__ further in', '{"affiliates":[{"__proto__":{}}]}', /__proto__/],
  ['__proto__ escaped', '{"\\u005f_proto__":{}}', /__proto__/],
  ['33 levels', deep(32), /deeper than 32/],
  ['a million levels', '['.repeat(1_000_000), /deeper than 32/],
  ['half a text', '{"affiliates":[', /not readable/],
  ['a comma too many', '{"affiliates":[],}', /not readable/],
  ['a comment', '{/* */"affiliates":[]}', /not readable/],
  ['NaN', '{"affiliates":NaN}', /not readable/],
])('%s is 400, and nothing is kept', async (_what, raw, message) => {
  const startedAt = performance.now();
  const answer = await send(raw);
  expect([answer.status, answer.at('error.code')]).toEqual([400, 'bad_request']);
  expect(answer.at('error.message')).toMatch(message);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(await count(api.db, 'select count(*) as n from payees')).toBe(0);
});

test('another spelling of the content type is guarded alike', async () => {
  for (const type of [
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/x+json',
  ]) {
    const answer = await send('{"a":1,"a":2}', type);
    expect([type, answer.status]).toEqual([type, 400]);
  }
});

test('31 levels are for the schema to judge', async () => {
  expect((await send(deep(31))).status).toBe(422);
});
