import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeSealingCodec } from '../../temporal/codec.ts';
import { useTestApi } from './support/test-api.ts';

const key = { id: 'c1', key: randomBytes(32) };
const codec = makeSealingCodec({ keys: [key] });
const UI = 'http://127.0.0.1:8233';
const api = useTestApi({ codec, temporalUiUrl: UI });
const DECODE = '/api/temporal/codec/decode';
const ENCODE = '/api/temporal/codec/encode';

interface JsonPayload {
  metadata: Record<string, string>;
  data: string;
}

const plain = (value: unknown): JsonPayload => ({
  metadata: { encoding: Buffer.from('json/plain').toString('base64') },
  data: Buffer.from(JSON.stringify(value)).toString('base64'),
});
const send = (path: string, payloads: unknown, options = {}) =>
  api.call('POST', path, { json: { payloads }, ...options });

test('what it encodes it decodes, and what is plain it leaves', async () => {
  const given = [plain('one'), plain({ two: 2 })];
  const encoded = await send(ENCODE, given);
  expect(encoded.status).toBe(200);
  const payloads = encoded.list('payloads') as JsonPayload[];
  for (const { metadata, data } of payloads) {
    expect(Buffer.from(metadata['encoding'] ?? '', 'base64').toString()).toBe('binary/encrypted');
    expect(Buffer.from(data, 'base64').includes('one')).toBe(false);
  }
  expect((await send(DECODE, payloads)).list('payloads')).toEqual(given);
  expect((await send(DECODE, given)).list('payloads')).toEqual(given);
});

test('a payload that was changed, or is under another key, is refused in words', async () => {
  const [sealed] = (await send(ENCODE, [plain('money')])).list('payloads') as JsonPayload[];
  if (!sealed) throw new Error('nothing came back');
  const bytes = Buffer.from(sealed.data, 'base64');
  bytes.writeUInt8(bytes.readUInt8(20) ^ 1, 20);
  const changed = await send(DECODE, [{ ...sealed, data: bytes.toString('base64') }]);
  expect([changed.status, changed.at('error.code')]).toEqual([422, 'payload_unreadable']);
  const keyId = Buffer.from('c9').toString('base64');
  const metadata = { ...sealed.metadata, 'encryption-key-id': keyId };
  const foreign = await send(DECODE, [{ ...sealed, metadata }]);
  expect([foreign.status, foreign.at('error.code')]).toEqual([422, 'payload_unreadable']);
});

test.each([
  ['no payloads', {}],
  ['too many', { payloads: Array.from({ length: 1_001 }, () => plain(1)) }],
  ['no base64', { payloads: [{ metadata: {}, data: '<b>' }] }],
  ['no list', { payloads: 'x' }],
])('%s is not valid', async (_name, json) => {
  expect((await api.call('POST', DECODE, { json })).status).toBe(422);
});

test('those who may process read payloads; others and nobody do not', async () => {
  for (const role of ['viewer', 'operator'] as const) {
    expect((await send(DECODE, [plain(1)], { as: role })).status).toBe(403);
  }
  for (const role of ['processor', 'manager', 'admin', 'super_admin'] as const) {
    expect((await send(DECODE, [plain(1)], { as: role })).status).toBe(200);
  }
  expect((await send(DECODE, [plain(1)], { as: null })).status).toBe(401);
});

const preflight = (path: string, origin: string) =>
  api.call('OPTIONS', path, {
    as: null,
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-namespace',
    },
  });

test("the Web UI's pages alone may call it with cookies, and call nothing else", async () => {
  const own = await preflight(DECODE, UI);
  expect(own.status).toBe(204);
  expect(own.headers.get('access-control-allow-origin')).toBe(UI);
  expect(own.headers.get('access-control-allow-credentials')).toBe('true');
  expect(own.headers.get('access-control-allow-headers')).toMatch(/x-namespace/);
  for (const origin of ['http://evil.test', 'null', `${UI}.evil.test`, 'http://127.0.0.1:8234']) {
    const other = await preflight(DECODE, origin);
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    const call = await send(DECODE, [plain(1)], { headers: { origin } });
    expect(call.headers.get('access-control-allow-origin')).toBeNull();
  }
  const elsewhere = await preflight('/api/disbursement/batches', UI);
  expect(elsewhere.headers.get('access-control-allow-origin')).toBeNull();
  const read = await api.get('/api/disbursement/batches', { headers: { origin: UI } });
  expect(read.headers.get('access-control-allow-origin')).toBeNull();
});

test('the cookie of a person serves the Web UI there, and no other origin', async () => {
  const { headers } = await api.person('processor');
  const cookie = { cookie: headers['cookie'] ?? '' };
  const from = (origin: string, path = DECODE) =>
    send(path, [plain(1)], {
      as: null,
      headers: { ...cookie, origin, 'sec-fetch-site': 'same-site' },
    });
  const answer = await from(UI);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('access-control-allow-origin')).toBe(UI);
  expect((await from('http://evil.test')).status).toBe(403);
  const simple = await api.call('POST', DECODE, {
    as: null,
    raw: JSON.stringify({ payloads: [] }),
    headers: { ...cookie, origin: UI, 'content-type': 'text/plain' },
  });
  expect(simple.status).toBe(403);
  const other = await api.call('POST', '/api/disbursement/commissions', {
    as: null,
    json: {},
    headers: { ...cookie, origin: UI },
  });
  expect([other.status, other.at('error.code')]).toEqual([403, 'csrf_refused']);
});
