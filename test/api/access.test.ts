import { beforeAll, expect, test } from 'vitest';
import { newId } from '../../db/new-id.ts';
import { drawSecret } from '../../api/http/key-ring.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createApiKey } from '../../db/queries/api-keys.ts';
import { noRow } from '../../db/rows.ts';
import { PERMISSIONS, roleHolds, ROLES, type Role } from '../../domain/permissions.ts';
import { isPermission, operationsOf, type Operation } from './support/operations.ts';
import { count, makeKey, useTestApi } from './support/test-api.ts';

const MANY = { points: 1_000_000, seconds: 60 };
const api = useTestApi({ network: { limits: { badCredentials: MANY, requests: MANY } } });

let all: readonly Operation[] = [];
let closed: readonly Operation[] = [];

beforeAll(async () => {
  all = await operationsOf(api);
  closed = all.filter(({ permission }) => isPermission(permission));
});

/** What a caller sends to say who they are. */
type Credentials = Record<string, string>;

const bearer = (secret: string): Credentials => ({ authorization: `Bearer ${secret}` });

async function answerOf(operation: Operation, credentials: Credentials) {
  const { method, path } = operation;
  const answer = await api.call(method, path, { as: null, headers: credentials });
  return { status: answer.status, code: answer.at('error.code') };
}

/** Routes that end the session which they are called with: each gets one of its own. */
const endsSession = ({ route }: Operation): boolean => /\/api\/auth\//.test(route);

/** What each state of a credential does to one that works before. */
const KEY_STATES = {
  expired: "update api_keys set expires_at = now() - interval '1 second' where id = $1",
  revoked: 'update api_keys set revoked_at = now() where id = $1',
  frozen: "update api_keys set frozen_at = now(), frozen_reason = 'x' where id = $1",
} as const;

const PERSON_STATES = {
  expired: "update user_sessions set expires_at = now() - interval '1 second' where user_id = $1",
  idle: "update user_sessions set updated_at = now() - interval '16 minutes' where user_id = $1",
  revoked: 'delete from user_sessions where user_id = $1',
  frozen: "update users set frozen_at = now(), frozen_reason = 'x' where id = $1",
} as const;

/** True where the matrix of the requirements lets that role through. */
const holds = (role: Role, { permission }: Operation): boolean =>
  isPermission(permission) && roleHolds(role, permission);

/** The same of people, who give no orders as the platform. */
const personHolds = (role: Role, operation: Operation): boolean =>
  holds(role, operation) && !operation.system;

test('14 × 6 by each route: a key passes exactly where its role holds the permission', async () => {
  const surprises: string[] = [];
  for (const role of ROLES) {
    const { secret } = await makeKey(api.db, role);
    for (const operation of closed) {
      const { status, code } = await answerOf(operation, bearer(secret));
      const refused = status === 403 || status === 401;
      if (refused === holds(role, operation) || status >= 500)
        surprises.push(`${role} ${operation.route}: ${status} ${String(code)}`);
    }
  }
  expect(surprises).toEqual([]);
}, 180_000);

test('14 × 6 by each route: a person passes exactly where their role holds the permission, and nowhere as the platform', async () => {
  const surprises: string[] = [];
  for (const role of ROLES) {
    const person = await api.person(role);
    for (const operation of closed) {
      const own = endsSession(operation) ? await api.person(role) : person;
      const { status, code } = await answerOf(operation, own.headers);
      const refused = status === 403 || status === 401;
      if (refused === personHolds(role, operation) || status >= 500)
        surprises.push(`${role} ${operation.route}: ${status} ${String(code)}`);
    }
  }
  expect(surprises).toEqual([]);
}, 180_000);

test('a person whose proof is stale is asked for a new one exactly where the route says so', async () => {
  const surprises: string[] = [];
  for (const role of ROLES) {
    const stale = async () => {
      const person = await api.person(role);
      const text =
        "update user_sessions set authenticated_at = now() - interval '6 minutes' where user_id = $1";
      await api.db.run(noRow, text, [person.id]);
      return person;
    };
    const person = await stale();
    for (const operation of closed) {
      const own = endsSession(operation) ? await stale() : person;
      const { status, code } = await answerOf(operation, own.headers);
      const asked = status === 403 && code === 'step_up_required';
      if (asked !== (operation.stepUp && holds(role, operation)))
        surprises.push(`${role} ${operation.route}: ${status} ${String(code)}`);
    }
  }
  expect(surprises).toEqual([]);
}, 180_000);

test('whatever changes settings or roles, or shows what is secret, asks for a fresh proof', () => {
  const careful = ['settings', 'manage_roles', 'view_sensitive'];
  const lacking = closed.filter(
    ({ permission, method, stepUp }) => careful.includes(permission) && method !== 'GET' && !stepUp,
  );
  expect(lacking.map(({ route }) => route)).toEqual([]);
});

test.each(Object.entries(KEY_STATES))(
  'a key that is %s is 401 on each route, of each role',
  async (_state, text) => {
    const surprises: string[] = [];
    for (const role of ROLES) {
      const { id, secret } = await makeKey(api.db, role);
      await api.db.run(noRow, text, [id]);
      for (const operation of closed) {
        const { status, code } = await answerOf(operation, bearer(secret));
        if (status !== 401 || code !== 'unauthorized')
          surprises.push(`${role} ${operation.route}: ${status}`);
      }
    }
    expect(surprises).toEqual([]);
  },
  120_000,
);

test.each(Object.entries(PERSON_STATES))(
  'a person whose session or self is %s is 401 on each route, of each role',
  async (_state, text) => {
    await api.person('super_admin');
    const surprises: string[] = [];
    for (const role of ROLES) {
      const person = await api.person(role);
      await api.db.run(noRow, text, [person.id]);
      for (const operation of closed) {
        const { status, code } = await answerOf(operation, person.headers);
        if (status !== 401 || code !== 'unauthorized')
          surprises.push(`${role} ${operation.route}: ${status}`);
      }
    }
    expect(surprises).toEqual([]);
  },
  120_000,
);

test('without credentials, and with what is made up, each route is 401', async () => {
  const { headers } = await api.person('super_admin');
  const made: Credentials[] = [
    {},
    bearer('nonsense'),
    bearer(drawSecret().secret),
    { ...headers, cookie: `${headers['cookie'] ?? ''}x` },
    { ...headers, cookie: '__Host-bursar_session=forged.forged' },
    bearer('eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.'),
  ];
  const surprises: string[] = [];
  for (const operation of closed) {
    for (const [at, credentials] of made.entries()) {
      const { status, code } = await answerOf(operation, credentials);
      if (status !== 401 || code !== 'unauthorized')
        surprises.push(`${at} ${operation.route}: ${status}`);
    }
  }
  expect(surprises).toEqual([]);
}, 120_000);

test('what is public asks for nothing and says so in the contract, and nothing else is', async () => {
  const open = all.filter(({ permission }) => !isPermission(permission));
  expect(new Set(open.map(({ permission }) => permission))).toEqual(new Set(['public']));
  for (const operation of open.filter(({ method }) => method === 'GET')) {
    const { status } = await answerOf(operation, {});
    expect([operation.route, status]).not.toEqual([operation.route, 403]);
  }
});

test('14 × 14: a key holds exactly its scope, and no scope lifts its role', async () => {
  const surprises: string[] = [];
  const routeOf = new Map(closed.map((operation) => [operation.permission, operation]));
  expect([...routeOf.keys()].length).toBeGreaterThan(9);
  for (const role of ['super_admin', 'manager'] as const) {
    for (const scope of PERMISSIONS) {
      const key = { id: newId('apiKey'), ...drawSecret() };
      await createApiKey(api.db, { ...key, name: scope, role, scopes: [scope] }, SYSTEM);
      for (const [permission, operation] of routeOf) {
        const { status } = await answerOf(operation, bearer(key.secret));
        const held = permission === scope && holds(role, operation);
        if ((status === 403) === held || status === 401 || status >= 500)
          surprises.push(`${role} with ${scope} on ${operation.route}: ${status}`);
      }
      const asked = await api.call('GET', '/api/admin/auth/check-permissions', {
        as: null,
        headers: bearer(key.secret),
      });
      const expected = PERMISSIONS.filter((name) => name === scope && roleHolds(role, name));
      const told = Object.entries(Object(asked.at('allowed')) as Record<string, boolean>);
      const allowed = told.flatMap(([name, may]) => (may ? [name] : []));
      if (scope === 'view' ? String(allowed) !== String(expected) : asked.status !== 403)
        surprises.push(`${role} with ${scope} is told ${asked.text}`);
    }
  }
  expect(surprises).toEqual([]);
}, 60_000);

test('each refusal for want of a permission stands in the audit log, with who, what and why', async () => {
  const { id, secret } = await makeKey(api.db, 'viewer');
  const forbidden = closed.filter((operation) => !holds('viewer', operation));
  for (const operation of forbidden) await answerOf(operation, bearer(secret));
  const rows = `select count(*) as n from audit_logs where action = 'permission.denied' and actor = $1
    and details->>'reason' = 'role' and details->>'role' = 'viewer' and details->>'path' is not null`;
  expect(await count(api.db, rows, [`key:${id}`])).toBe(forbidden.length);
});
