import { expect } from 'vitest';
import { openDatabase } from '../../db/client.ts';
import { codeOf, cookieOf, headersOf, PASSWORD, storePerson } from './people.ts';
import type { TestStack } from './test-stack.ts';

const FIRST_PASSWORD = 'copper lantern beside the quay';
const NEXT_PASSWORD = 'seven quiet herons on slate';
const WRONG_PASSWORD = 'violet harbour without a clock';
const TYPED_AS_EMAIL = 'marble-otter-typed-in-the-wrong-field';
/** An unknown field is named to the caller who sent it, and to nobody else. */
const TYPED_AS_NAME = 'walnut-ferry-typed-as-a-name';
// In two parts: as one it would look like a key that somebody left here.
const UNKNOWN_KEY = ['bur_canaryke', 'A-key-that-nobody-has-made_0123456789abcdef'].join('_');
const FORGED_TOKEN =
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnktZm9yZ2VkIn0.c2lnbmF0dXJlLW9mLWEtY2FuYXJ5';

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** A secret is shown in the answer, this once: it is not among those that are searched. */
  readonly shows?: true;
}

interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The text of a field of an answer. */
const fieldOf = ({ text }: Told, ...path: string[]): string => {
  const found = path.reduce<unknown>((value, name) => Reflect.get(Object(value), name), read(text));
  if (typeof found !== 'string' || found === '') throw new Error(`no ${path.join('.')}: ${text}`);
  return found;
};
const read = (text: string): unknown => JSON.parse(text);

/** What people and keys have of secrets after their life here. */
export interface PeopleSecrets {
  /** Must stand nowhere at all. */
  readonly secrets: Readonly<Record<string, string>>;
  /** May stand in the one answer that refuses it. */
  readonly refused: Readonly<Record<string, string>>;
  /** Stand in the rows of sessions, where they are worth nothing without the signature. */
  readonly sessionTokens: Readonly<Record<string, string>>;
}

/**
 * Has people live through all that has to do with secrets: invitation, password, second factor, recovery,
 * step-up, keys and endpoints, with the mistakes that are made there. Each answer is kept by `keep`, but
 * for those that show a secret once.
 */
export async function livePeople(
  stack: TestStack,
  keep: (answer: string) => void,
): Promise<PeopleSecrets> {
  const send = async (method: string, path: string, sent: Sent = {}): Promise<Told> => {
    const { headers = {}, json, shows } = sent;
    const answer = await fetch(`${stack.apiUrl}${path}`, {
      method,
      headers: { ...headers, ...(json !== undefined && { 'content-type': 'application/json' }) },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    });
    const text = await answer.text();
    if (!shows) keep(text);
    keep(JSON.stringify([...answer.headers].filter(([name]) => name !== 'set-cookie')));
    return { status: answer.status, headers: answer.headers, text };
  };
  const boss = await firstPerson(stack, send);
  const person = await invited(send, boss);
  const factor = await secondFactor(send, person);
  await mistakes(send, person.email, factor.headers);
  const things = await keysAndEndpoints(send, boss.headers);
  return {
    secrets: {
      ...boss.secrets,
      ...person.secrets,
      ...factor.secrets,
      ...things,
      wrongPassword: WRONG_PASSWORD,
      typedAsEmail: TYPED_AS_EMAIL,
      unknownKey: UNKNOWN_KEY,
      forgedToken: FORGED_TOKEN,
    },
    refused: { typedAsName: TYPED_AS_NAME },
    sessionTokens: { ...tokenOf('boss', boss.cookie), ...tokenOf('person', factor.cookie) },
  };
}

type Send = (method: string, path: string, sent?: Sent) => Promise<Told>;

const tokenOf = (name: string, cookie: string): Record<string, string> => ({
  [name]: /=([\w-]+)\./.exec(cookie)?.[1] ?? '',
});
const valueOf = (cookie: string): string => cookie.slice(cookie.indexOf('=') + 1);

async function firstPerson(stack: TestStack, send: Send) {
  const db = openDatabase(stack.databaseUrl);
  const { email } = await storePerson(db, 'super_admin');
  await db.close();
  const answer = await send('POST', '/api/auth/sign-in', { json: { email, password: PASSWORD } });
  expect(answer.status).toBe(200);
  const cookie = cookieOf(answer.headers);
  const secrets = { bossPassword: PASSWORD, bossCookie: valueOf(cookie) };
  return { headers: headersOf(cookie), cookie, secrets };
}

async function invited(send: Send, boss: { headers: Record<string, string> }) {
  const email = 'canary.person@mail.example';
  const json = { email, name: 'A Person', role: 'admin' };
  const made = await send('POST', '/api/admin/users', { headers: boss.headers, json, shows: true });
  const first = fieldOf(made, 'invite', 'token');
  const userId = fieldOf(made, 'user', 'id');
  const again = `/api/admin/users/${userId}/invite`;
  const renewed = await send('POST', again, { headers: boss.headers, shows: true });
  const token = fieldOf(renewed, 'invite', 'token');
  const accept = (given: string, password: string) =>
    send('POST', '/api/auth/accept-invite', { json: { token: given, password } });
  expect((await accept(first, FIRST_PASSWORD)).status).toBe(401);
  expect((await accept(token, FIRST_PASSWORD)).status).toBe(200);
  const secrets = { firstInvite: first, invite: token, firstPassword: FIRST_PASSWORD };
  return { email, secrets };
}

async function secondFactor(send: Send, { email }: { email: string }) {
  const password = { email, password: FIRST_PASSWORD };
  const signedIn = await send('POST', '/api/auth/sign-in', { json: password });
  const before = headersOf(cookieOf(signedIn.headers));
  const begun = await send('POST', '/api/auth/second-factor', { headers: before, shows: true });
  const totpSecret = fieldOf(begun, 'secret');
  const code = await codeOf(totpSecret, -1);
  const confirm = { headers: before, json: { code }, shows: true } as const;
  const confirmed = await send('POST', '/api/auth/second-factor/confirm', confirm);
  const codes = [0, 1, 2, 3].map((index) => fieldOf(confirmed, 'recoveryCodes', String(index)));
  const pending = await send('POST', '/api/auth/sign-in', { json: password });
  const half = { cookie: cookieOf(pending.headers, '__Host-bursar_pending') };
  const byCode = { headers: half, json: { recoveryCode: codes[0] } };
  const done = await send('POST', '/api/auth/sign-in/second-factor', byCode);
  expect(done.status).toBe(200);
  const now = headersOf(cookieOf(done.headers));
  const renewed = await send('POST', '/api/auth/recovery-codes', { headers: now, shows: true });
  const newCode = fieldOf(renewed, 'recoveryCodes', '0');
  const change = { currentPassword: FIRST_PASSWORD, newPassword: NEXT_PASSWORD };
  const changed = await send('POST', '/api/auth/password', { headers: now, json: change });
  expect(changed.status).toBe(200);
  const cookie = cookieOf(changed.headers);
  const stepUp = { headers: headersOf(cookie), json: { code: await codeOf(totpSecret) } };
  const proved = await send('POST', '/api/auth/step-up', stepUp);
  expect(proved.status).toBe(200);
  const last = cookieOf(proved.headers);
  return {
    headers: headersOf(last),
    cookie: last,
    secrets: {
      totpSecret,
      ...Object.fromEntries(codes.map((each, index) => [`recoveryCode${index}`, each])),
      newRecoveryCode: newCode,
      nextPassword: NEXT_PASSWORD,
      pendingCookie: valueOf(half.cookie),
      oldCookie: valueOf(before['cookie'] ?? ''),
      cookie: valueOf(last),
    },
  };
}

/** What goes wrong with secrets: in the wrong field, in the address, wrong, forged. */
async function mistakes(send: Send, email: string, headers: Record<string, string>): Promise<void> {
  const refused = async (method: string, path: string, sent: Sent = {}) => {
    const { status } = await send(method, path, sent);
    expect([path, status]).toEqual([path, expect.toSatisfy((code: number) => code >= 400)]);
    expect(status).toBeLessThan(500);
  };
  const signIn = '/api/auth/sign-in';
  await refused('POST', signIn, { json: { email, password: WRONG_PASSWORD } });
  await refused('POST', signIn, { json: { email: TYPED_AS_EMAIL, password: WRONG_PASSWORD } });
  await refused('POST', signIn, { json: { email, password: [WRONG_PASSWORD] } });
  await refused('POST', signIn, { json: { email, [TYPED_AS_NAME]: 1, password: NEXT_PASSWORD } });
  await refused('POST', '/api/auth/step-up', { headers, json: { password: WRONG_PASSWORD } });
  const query = `password=${encodeURIComponent(NEXT_PASSWORD)}&key=${UNKNOWN_KEY}`;
  await refused('GET', `/api/disbursement/batches?${query}`, { headers });
  await refused('GET', `/api/disbursement/batches/${UNKNOWN_KEY}`, { headers });
  for (const bearer of [UNKNOWN_KEY, FORGED_TOKEN]) {
    const authorization = `Bearer ${bearer}`;
    await refused('GET', '/api/disbursement/batches', { headers: { authorization } });
  }
  const cookie = `${headers['cookie']}x`;
  await refused('GET', '/api/disbursement/batches', { headers: { cookie } });
}

async function keysAndEndpoints(send: Send, headers: Record<string, string>) {
  const shows = true;
  const keys = '/api/admin/api-keys';
  const json = { name: 'canary', role: 'operator' };
  const made = await send('POST', keys, { headers, json, shows });
  const id = fieldOf(made, 'apiKey', 'id');
  const rotated = await send('POST', `${keys}/${id}/rotate`, { headers, shows });
  const endpoints = '/api/disbursement/webhook-endpoints';
  const hook = { url: 'http://127.0.0.1:9/canary' };
  const endpoint = await send('POST', endpoints, { headers, json: hook, shows });
  const rotate = `${endpoints}/${fieldOf(endpoint, 'endpoint', 'id')}/rotate-secret`;
  const newSecret = await send('POST', rotate, { headers, shows });
  for (const path of [keys, endpoints, '/api/admin/users', '/api/auth/sessions']) {
    await send('GET', path, { headers });
  }
  return {
    madeKey: fieldOf(made, 'apiKey', 'key'),
    rotatedKey: fieldOf(rotated, 'apiKey', 'key'),
    endpointSecret: fieldOf(endpoint, 'secret'),
    newEndpointSecret: fieldOf(newSecret, 'secret'),
  };
}
