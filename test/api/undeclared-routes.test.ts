import { createRoute } from '@hono/zod-openapi';
import { afterEach, expect, test, vi } from 'vitest';
import type { createApp } from '../../api/app.ts';
import { newApp, type RouteApp } from '../../api/http/endpoint.ts';
import { openLog } from '../../api/log.ts';
import { makeTemporalClient } from '../../api/temporal.ts';
import { openDatabase } from '../../db/client.ts';
import { makeProviders } from '../../providers/registry.ts';
import { plainTools } from '../../providers/tools.ts';
import { AUTH_SECRET } from '../support/people.ts';
import { testVault } from '../support/vault.ts';

/** Nothing is connected to: an app is put together, and that is all. */
const db = openDatabase('postgres://nobody@127.0.0.1:9/nowhere');
const settings = {
  publicUrl: 'http://api.test',
  temporalUiUrl: undefined,
  temporalNamespace: 'default',
  approvalsRequired: 0,
  defaultProvider: 'mock' as const,
};
const options: Parameters<typeof createApp>[0] = {
  db,
  vault: testVault,
  temporal: makeTemporalClient(db, {
    address: '127.0.0.1:9',
    namespace: 'default',
    publicUrl: 'http://api.test',
  }),
  providers: makeProviders({}, plainTools()),
  settings,
  log: openLog('silent'),
  auth: { secret: AUTH_SECRET },
};

/** Puts the app together with one more route. */
async function startWith(more: RouteApp): Promise<unknown> {
  vi.resetModules();
  vi.doMock('../../api/routes/index.ts', async (original) => {
    const { ROUTES } = await original<{ ROUTES: readonly RouteApp[] }>();
    return { ROUTES: [...ROUTES, more] };
  });
  const { createApp } = await import('../../api/app.ts');
  return createApp(options);
}

afterEach(() => {
  vi.doUnmock('../../api/routes/index.ts');
});

const plain = {
  method: 'get',
  path: '/api/new',
  responses: { 200: { description: 'ok' } },
} as const;

test('a route that declares no permission, or one that nobody knows, stops the start', async () => {
  const silent = newApp().openapi(createRoute(plain), (c) => c.text('ok'));
  await expect(startWith(silent)).rejects.toThrow('route get /api/new declares no permission');
  const unknown = newApp().openapi(createRoute({ ...plain, 'x-permission': 'anything' }), (c) =>
    c.text('ok'),
  );
  await expect(startWith(unknown)).rejects.toThrow('route get /api/new declares no permission');
});

test('a route that declares a permission and does not ask for it stops the start', async () => {
  const open = newApp().openapi(createRoute({ ...plain, 'x-permission': 'settings' }), (c) =>
    c.text('ok'),
  );
  await expect(startWith(open)).rejects.toThrow('route get /api/new does not ask');
});

test('a route that is served and not declared stops the start', async () => {
  const hidden = newApp();
  hidden.post('/api/debug', (c) => c.text('ok'));
  await expect(startWith(hidden)).rejects.toThrow('route POST /api/debug is not declared');
});
