import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { startOidcServer } from '../support/oidc-server.ts';
import { cookieOf, storePerson } from '../support/people.ts';
import { useTestApi } from './support/test-api.ts';

const provider = await startOidcServer();
const { issuer, clientId, clientSecret } = provider;

/** Gives out the metadata of the other provider as its own. */
const pretender = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
    }),
  );
});
pretender.listen(0, '127.0.0.1');
await once(pretender, 'listening');
const { port } = pretender.address() as AddressInfo;
afterAll(() => {
  provider.close();
  pretender.close();
});

const api = useTestApi({ auth: { oidc: { issuer, clientId, clientSecret, name: 'Test' } } });
const deceived = useTestApi({
  auth: { oidc: { issuer: `http://127.0.0.1:${port}`, clientId, clientSecret, name: 'Test' } },
});

test('the browser gets no token of the provider, and no secret of ours', async () => {
  const { email } = await storePerson(api.db, 'manager');
  const get = (path: string, cookie = '') =>
    api.call('GET', path, { as: null, headers: cookie === '' ? {} : { cookie } });
  const begun = await get('/api/auth/oidc/start');
  const url = begun.headers.get('location') ?? '';
  const back = provider.signIn(url, { sub: 'subject-9', email });
  const ended = await get(back, cookieOf(begun.headers, '__Host-bursar_oidc'));
  expect([ended.status, ended.headers.get('location')]).toEqual([302, '/']);
  const told = [begun, ended]
    .flatMap(({ headers, text }) => [...[...headers].flat(), ...headers.getSetCookie(), text])
    .join('\n');
  expect(told).not.toMatch(/eyJ[\w-]+\.eyJ|access_token|id_token/);
  expect(told).not.toContain(clientSecret);
  const verifier = new URL(url).searchParams.get('code_verifier');
  expect(verifier).toBe(null);
});

test('metadata of another issuer are not believed', async () => {
  const answer = await deceived.call('GET', '/api/auth/oidc/start', { as: null });
  expect([answer.status, answer.at('error.code')]).toEqual([503, 'unavailable']);
  expect(answer.headers.get('location')).toBe(null);
});
