import { expect, test } from 'vitest';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();
const PATH = '/api/disbursement/commissions';
const JSON_TYPE = { 'content-type': 'application/json' };

const chunked = (bytes: number) =>
  new ReadableStream({
    start(controller) {
      for (let sent = 0; sent < bytes; sent += 65_536)
        controller.enqueue(new Uint8Array(65_536).fill(32));
      controller.close();
    },
  });

test.each([
  [400, 'bad_request', { raw: '{"externalId": ', headers: JSON_TYPE }],
  [400, 'bad_request', { raw: '', headers: JSON_TYPE }],
  [415, 'unsupported_media_type', { raw: '{}', headers: { 'content-type': 'text/plain' } }],
  [
    413,
    'payload_too_large',
    { raw: ' '.repeat(10_000_000), headers: { ...JSON_TYPE, 'content-length': '10000000' } },
  ],
  [
    413,
    'payload_too_large',
    { raw: chunked(10_000_000), headers: { ...JSON_TYPE, 'transfer-encoding': 'chunked' } },
  ],
  [422, 'validation_error', { raw: '[]', headers: JSON_TYPE }],
  [422, 'validation_error', { raw: 'null', headers: JSON_TYPE }],
])('%i %s, in the one envelope', async (status, code, options) => {
  const answer = await api.call('POST', PATH, options);
  expect([answer.status, answer.at('error.code')]).toEqual([status, code]);
  expect(answer.at('error.message')).toEqual(expect.any(String));
  expect(answer.at('error.requestId')).toBe(answer.headers.get('x-request-id'));
  expect(await count(api.db, 'select count(*) as n from commissions')).toBe(0);
});

test('a body without a length that is small enough is read', async () => {
  const answer = await api.call('POST', PATH, {
    raw: chunked(65_536),
    headers: { ...JSON_TYPE, 'transfer-encoding': 'chunked' },
  });
  expect(answer.status).toBe(400);
});

test('a request id that the caller chose is kept, one that could forge a log line is not', async () => {
  const chosen = await api.get('/batches', { headers: { 'x-request-id': 'trace-12345678' } });
  expect(chosen.headers.get('x-request-id')).toBe('trace-12345678');
  const forged = await api.get('/batches', { headers: { 'x-request-id': 'a b' } });
  expect(forged.headers.get('x-request-id')).not.toBe('a b');
});

test('an unknown route is 404, also for a known path with another method', async () => {
  expect((await api.call('GET', '/nowhere', { as: null })).status).toBe(404);
  expect((await api.call('PUT', PATH)).status).toBe(404);
});
