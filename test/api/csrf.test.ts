import { expect, test } from 'vitest';
import { PASSWORD, storePerson } from '../support/people.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi({ publicUrl: 'https://pay.example.com' });
const PATH = '/api/admin/auth/check-permissions';
const JSON_BODY = { permissions: ['view'] };

const change = (headers: Record<string, string>) =>
  api.call('POST', PATH, { as: null, headers, json: JSON_BODY });

/** What pages of other origins can send, and what the own pages send. */
const FOREIGN: Record<string, string>[] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: 'https://pay.example.com.evil.example' },
  { origin: 'https://pay.example.com:8443' },
  { origin: 'http://pay.example.com' },
  { origin: '' },
  // What this call itself was sent to.
  { origin: 'http://localhost' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { origin: 'https://pay.example.com', 'sec-fetch-site': 'cross-site' },
];
const OWN: Record<string, string>[] = [
  {},
  { origin: 'https://pay.example.com' },
  { origin: 'https://pay.example.com', 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
];

test('a change by cookie needs the header that no foreign page can send', async () => {
  const person = await api.person('viewer');
  const { cookie = '' } = person.headers;
  for (const sent of [{}, { 'x-bursar-csrf': '0' }, { 'x-bursar-csrf': 'true' }]) {
    const answer = await change({ cookie, ...sent });
    expect([sent, answer.status, answer.at('error.code')]).toEqual([sent, 403, 'csrf_refused']);
  }
  expect((await change(person.headers)).status).toBe(200);
  const refused =
    "select count(*) as n from audit_logs where action = 'csrf.refused' and actor = $1";
  expect(await count(api.db, refused, [person.actor])).toBe(3);
});

test('with the header too no change is taken from another origin, and all from the own', async () => {
  const { headers } = await api.person('viewer');
  for (const sent of FOREIGN) {
    const answer = await change({ ...headers, ...sent });
    expect([sent, answer.at('error.code')]).toEqual([sent, 'csrf_refused']);
  }
  for (const sent of OWN)
    expect([sent, (await change({ ...headers, ...sent })).status]).toEqual([sent, 200]);
});

test('no cookie is set for a page of another origin', async () => {
  const { email } = await storePerson(api.db, 'viewer');
  const json = { email, password: PASSWORD };
  for (const headers of FOREIGN) {
    for (const path of ['sign-in', 'sign-in/second-factor', 'accept-invite']) {
      const body =
        path === 'sign-in'
          ? json
          : path.endsWith('factor')
            ? { code: '123456' }
            : { token: 'x', password: 'y' };
      const answer = await api.call('POST', `/api/auth/${path}`, { as: null, headers, json: body });
      expect([headers, answer.at('error.code')]).toEqual([headers, 'csrf_refused']);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  }
});

test('a form, which other origins may send unasked, is no body of ours', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    const answer = await api.call('POST', '/api/auth/sign-in', {
      as: null,
      headers: { 'content-type': type },
      raw: JSON.stringify({ email: 'a@example.com', password: 'x' }),
    });
    expect([type, answer.status >= 400 && answer.status < 500]).toEqual([type, true]);
    expect(answer.at('error.code')).not.toBe('unauthorized');
  }
});

test('a key in the header needs no such header, and a cookie beside it changes nothing', async () => {
  const person = await api.person('super_admin');
  const { cookie = '' } = person.headers;
  const answer = await api.call('POST', PATH, {
    as: 'viewer',
    headers: { cookie },
    json: JSON_BODY,
  });
  expect([answer.status, answer.at('role')]).toEqual([200, 'viewer']);
  const made = await api.call('GET', PATH, {
    as: null,
    headers: { cookie, authorization: 'Basic eDp5' },
  });
  expect(made.status).toBe(401);
});

test('no route that is called by GET changes anything by cookie', async () => {
  const answer = await api.call('GET', '/openapi.json', { as: null });
  const gets = Object.entries(Object(answer.at('paths')) as Record<string, Record<string, unknown>>)
    .filter(([, methods]) => 'get' in methods)
    .map(([path]) => path)
    .filter((path) => /sign-out|sign-in|step-up|approve|execute|cancel|revoke|assign/.test(path));
  expect(gets.filter((path) => !path.endsWith('/sign-ins'))).toEqual([]);
});
