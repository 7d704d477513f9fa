import { expect, test } from 'vitest';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();

test('what is served is what the contract says', async () => {
  const document = await api.call('GET', '/openapi.json', { as: null });
  expect(document.at('openapi')).toBe('3.1.0');
  const declared = Object.entries(Object(document.at('paths')) as Record<string, object>).flatMap(
    ([path, methods]) =>
      Object.keys(methods).map(
        (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(.+?)\}/g, ':$1')}`,
      ),
  );
  const served = api.app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path}`);
  expect(declared.toSorted()).toEqual([...new Set(served)].toSorted());
});

test('the contract names each way to prove who calls, and asks for one wherever a permission is', async () => {
  const document = await api.call('GET', '/openapi.json', { as: null });
  const schemes = Object(document.at('components.securitySchemes')) as Record<string, object>;
  expect(schemes).toMatchObject({
    apiKey: { type: 'http', scheme: 'bearer' },
    session: { type: 'apiKey', in: 'cookie', name: '__Host-bursar_session' },
    token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  });
  const ways = Object.keys(schemes).map((name) => ({ [name]: [] }));
  const paths = Object(document.at('paths')) as Record<string, Record<string, object>>;
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    const isPublic = Reflect.get(operation, 'x-permission') === 'public';
    expect(Reflect.get(operation, 'security')).toEqual(isPublic ? [] : ways);
  }
});

test('every schema of the contract is whole: no reference leads nowhere', async () => {
  const answer = await api.call('GET', '/openapi.json', { as: null });
  const references = new Set(
    [...answer.text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name),
  );
  const schemas = Object.keys(Object(answer.at('components.schemas')));
  expect([...references].filter((name) => name === undefined || !schemas.includes(name))).toEqual(
    [],
  );
});

test('the reference is served from here alone', async () => {
  const page = await api.call('GET', '/docs', { as: null });
  expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self'/);
  expect(page.text).not.toMatch(/https?:\/\//);
  const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '');
  for (const file of files) {
    const answer = await api.call('GET', file, { as: null });
    expect([file, answer.status]).toEqual([file, 200]);
  }
  expect((await api.call('GET', '/docs/package.json', { as: null })).status).toBe(404);
});

test('service routes say what is there and what is missing', async () => {
  expect((await api.call('GET', '/healthz', { as: null })).body).toEqual({ status: 'ok' });
  const ready = await api.call('GET', '/readyz', { as: null });
  expect([ready.status, ready.at('missing')]).toEqual([503, ['worker']]);
  const health = await api.get('/health', { as: 'viewer' });
  expect(health.body).toMatchObject({
    status: 'degraded',
    components: { postgres: true, temporal: true, worker: false },
    providers: [{ name: 'mock', reachable: true }],
  });
  const metrics = await api.call('GET', '/metrics', { as: null });
  expect(metrics.text).toMatch(/bursar_http_request_duration_seconds_bucket\{.*route="\/healthz"/);
});

test('what may be null and has a name of its own is documented so', async () => {
  const document = await api.call('GET', '/openapi.json', { as: null });
  const text = JSON.stringify(document.at('paths'));
  // An allOf of a name and of null allows nothing but the name.
  expect(text).not.toMatch(/"allOf":\[\{"\$ref":"[^"]+"\},\{"type":\["object","null"\]/);
  const orNull = (name: string): string =>
    `{"anyOf":[{"$ref":"#/components/schemas/${name}"},{"type":"null"}]}`;
  for (const name of ['Batch', 'Account', 'ReconciliationReport']) {
    expect(text).toContain(orNull(name));
  }
});
