import { expect, test } from 'vitest';
import { useTestApi } from './support/test-api.ts';

const ORIGIN = 'https://office.example.com';

const api = useTestApi({ network: { corsOrigins: [ORIGIN] } });
const secure = useTestApi({ publicUrl: 'https://pay.example.com' });

interface Route {
  method: string;
  path: string;
}

async function routes(): Promise<Route[]> {
  const document = await api.call('GET', '/openapi.json', { as: null });
  return Object.entries(Object(document.at('paths')) as Record<string, object>).flatMap(
    ([path, methods]) =>
      Object.keys(methods).map((method) => ({
        method: method.toUpperCase(),
        path: path.replaceAll(/\{.+?\}/g, 'none'),
      })),
  );
}

const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

test('every route says what browsers heed, refused calls and unknown paths too', async () => {
  const wrong: string[] = [];
  for (const { method, path } of [...(await routes()), { method: 'GET', path: '/nowhere' }]) {
    for (const as of [null, 'viewer'] as const) {
      const { headers } = await api.call(method, path, { as });
      const policy = headers.get('content-security-policy') ?? '';
      const fine =
        Object.entries(ALWAYS).every(([name, value]) => headers.get(name) === value) &&
        headers.has('permissions-policy') &&
        /(^|; )frame-ancestors 'none'/.test(policy) &&
        policy.startsWith("default-src 'none'") &&
        !/unsafe-|\*/.test(policy) &&
        (!/^\/(api|revenue)\//.test(path) || headers.get('cache-control') === 'no-store');
      if (!fine) wrong.push(`${method} ${path}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('the pages of the contract hold nothing inline', async () => {
  const page = await api.call('GET', '/docs', { as: null });
  expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:/i);
});

test('browsers are held to https where the public URL is https, and only there', async () => {
  const name = 'strict-transport-security';
  expect((await secure.get('/batches')).headers.get(name)).toMatch(/^max-age=31536000/);
  expect((await secure.get('/batches', { as: null })).headers.get(name)).not.toBe(null);
  expect((await api.get('/batches')).headers.get(name)).toBe(null);
});

const CORS = 'access-control-allow-origin';

test('pages of a named origin may read answers and ask for leave, never with cookies', async () => {
  const headers = { origin: ORIGIN };
  const answer = await api.get('/batches', { headers });
  expect(answer.headers.get(CORS)).toBe(ORIGIN);
  expect(answer.headers.get('vary')).toMatch(/origin/i);
  const asked = await api.call('OPTIONS', '/api/disbursement/batches', {
    as: null,
    headers: { ...headers, 'access-control-request-method': 'POST' },
  });
  expect([asked.status, asked.headers.get(CORS)]).toEqual([204, ORIGIN]);
  expect(asked.headers.get('access-control-allow-headers')).not.toMatch(/csrf|cookie|\*/i);
  for (const { headers } of [answer, asked]) {
    expect(headers.get('access-control-allow-credentials')).toBe(null);
  }
});

test.each([
  'null',
  'http://office.example.com',
  'https://office.example.com:444',
  'https://office.example.com.evil.example',
  'https://evil.example/https://office.example.com',
  'https://OFFICE.example.com',
  'https://sub.office.example.com',
  '*',
  'file://',
])('pages of %s are told nothing', async (origin) => {
  for (const method of ['GET', 'OPTIONS', 'POST']) {
    const headers = { origin, 'access-control-request-method': 'POST' };
    const answer = await api.call(method, '/api/disbursement/batches', { headers });
    expect([
      answer.headers.get(CORS),
      answer.headers.get('access-control-allow-credentials'),
    ]).toEqual([null, null]);
  }
});

test('without named origins no page of another origin reads anything', async () => {
  for (const method of ['GET', 'OPTIONS', 'POST']) {
    const headers = { origin: ORIGIN, 'access-control-request-method': 'POST' };
    const answer = await secure.call(method, '/api/disbursement/batches', { headers });
    expect(answer.headers.get(CORS)).toBe(null);
  }
});
