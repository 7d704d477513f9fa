import { expect, test } from 'vitest';
import { newId } from '../../db/new-id.ts';
import { noRow } from '../../db/rows.ts';
import { changeRole } from '../../db/queries/roles.ts';
import { revokeApiKey } from '../../db/queries/change-api-keys.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { ROLES, type Role } from '../../domain/permissions.ts';
import { count, makeKey, useTestApi, type Answer } from './support/test-api.ts';

const api = useTestApi();

const KEYS = '/api/admin/api-keys';
const HOUR = 3_600_000;

const seen = (answer: Answer) => [answer.status, answer.at('error.code')];
const bearer = (secret: unknown) => ({ authorization: `Bearer ${String(secret)}` });
const made = (json: Record<string, unknown>, headers?: Record<string, string>) =>
  api.call('POST', KEYS, {
    json: { name: 'a key', ...json },
    ...(headers && { as: null, headers }),
  });
const reads = async (secret: unknown) =>
  (await api.call('GET', '/api/disbursement/batches', { as: null, headers: bearer(secret) }))
    .status;
const aSecond = () => new Promise((resolve) => setTimeout(resolve, 1_000));

test('a key is shown once, works, and is kept and listed without its secret', async () => {
  const answer = await made({ role: 'operator' });
  expect(answer.status).toBe(201);
  const secret = String(answer.at('apiKey.key'));
  expect(secret).toMatch(/^bur_[a-z0-9]{8}_[A-Za-z0-9_-]{43}$/);
  expect(await reads(secret)).toBe(200);
  const listed = await api.call('GET', KEYS);
  expect(listed.text).toContain(String(answer.at('apiKey.id')));
  expect(listed.text).not.toContain(secret.slice(13));
  const kept = 'select count(*) as n from api_keys k where strpos(k::text, $1) > 0';
  expect(await count(api.db, kept, [secret.slice(13)])).toBe(0);
  const told = 'select count(*) as n from audit_logs l where strpos(l::text, $1) > 0';
  expect(await count(api.db, told, [secret.slice(13)])).toBe(0);
});

test('what ends a key ends it within a second, where another process did it too', async () => {
  const keys = await Promise.all([1, 2, 3].map(() => makeKey(api.db, 'viewer')));
  const [one, two, three] = keys;
  for (const { secret } of keys) expect(await reads(secret)).toBe(200);
  await revokeApiKey(api.db, one?.id ?? '', SYSTEM);
  const freeze = "update api_keys set frozen_at = now(), frozen_reason = 'x' where id = $1";
  await api.db.run(noRow, freeze, [two?.id]);
  await api.db.run(noRow, 'update api_keys set expires_at = now() where id = $1', [three?.id]);
  await aSecond();
  for (const { secret } of keys) expect(await reads(secret)).toBe(401);
});

test('scopes are a part of the role, networks are networks, and an end lies ahead', async () => {
  const refused: [Record<string, unknown>, string][] = [
    [{ role: 'viewer', scopes: ['create'] }, 'scopes'],
    [{ role: 'admin', scopes: ['view', 'settings'] }, 'scopes'],
    [{ role: 'viewer', scopes: [] }, 'scopes'],
    [{ role: 'viewer', scopes: ['view', 'view'] }, 'scopes'],
    [{ role: 'viewer', cidrs: ['10.0.0.0/33'] }, 'cidrs.0'],
    [{ role: 'viewer', cidrs: ['example.com'] }, 'cidrs.0'],
    [{ role: 'viewer', cidrs: ['010.1.1.1'] }, 'cidrs.0'],
    [{ role: 'viewer', expiresAt: '2020-01-01' }, 'expiresAt'],
  ];
  for (const [json, path] of refused) {
    const answer = await made(json);
    expect([json, answer.status, answer.at('error.details.0.path')]).toEqual([json, 422, path]);
  }
  const answer = await made({
    role: 'manager',
    scopes: ['view', 'approve'],
    cidrs: ['203.0.113.9', '2001:db8:0::/48', '::ffff:198.51.100.0/120'],
  });
  expect(answer.at('apiKey')).toMatchObject({
    scopes: ['view', 'approve'],
    cidrs: ['203.0.113.9/32', '2001:db8::/48', '198.51.100.0/24'],
    owner: null,
  });
  expect(await reads(answer.at('apiKey.key'))).toBe(403);
});

test('a key of a person carries at most what the person holds now, and ends with their role', async () => {
  const owner = await api.person('super_admin');
  const answer = await made({ role: 'super_admin' }, owner.headers);
  expect(answer.at('apiKey.owner')).toBe(owner.actor);
  const secret = answer.at('apiKey.key');
  const holds = async () => {
    const path = '/api/admin/auth/check-permissions?permissions=view';
    const told = await api.call('GET', path, { as: null, headers: bearer(secret) });
    return told.status === 200 ? told.at('role') : told.status;
  };
  const become = (from: Role | null, to: Role | null) =>
    changeRole(api.db, {
      id: newId('roleChange'),
      userId: owner.id,
      from,
      to,
      reason: null,
      actorRole: 'super_admin',
      actor: SYSTEM,
    });
  await api.person('super_admin');
  expect(await holds()).toBe('super_admin');
  let from: Role | null = 'super_admin';
  for (const to of [...ROLES.toReversed().slice(1), null, 'manager' as const]) {
    expect(await become(from, to)).toBe('changed');
    await aSecond();
    expect([to, await holds()]).toEqual([to, to ?? 401]);
    from = to;
  }
  const freeze = "update users set frozen_at = now(), frozen_reason = 'x' where id = $1";
  await api.db.run(noRow, freeze, [owner.id]);
  await aSecond();
  expect(await holds()).toBe(401);
}, 30_000);

test('a key made by a key belongs to the same person, and gives no more than its scopes', async () => {
  const owner = await api.person('super_admin');
  const first = await made({ role: 'super_admin', scopes: ['settings', 'view'] }, owner.headers);
  const as = bearer(first.at('apiKey.key'));
  const second = await made({ role: 'viewer', scopes: ['view'] }, as);
  expect([second.status, second.at('apiKey.owner')]).toEqual([201, owner.actor]);
  expect(seen(await made({ role: 'operator' }, as))).toEqual([403, 'forbidden']);
  expect(seen(await made({ role: 'admin', scopes: ['view', 'audit'] }, as))).toEqual([
    403,
    'forbidden',
  ]);
  expect(seen(await made({ role: 'super_admin' }, as))).toEqual([403, 'forbidden']);
  const whole = await made({ role: 'super_admin' }, owner.headers);
  const rotated = await api.call('POST', `${KEYS}/${String(whole.at('apiKey.id'))}/rotate`, {
    as: null,
    headers: as,
  });
  expect(seen(rotated)).toEqual([403, 'forbidden']);
});

test('rotation: the same rights under a new secret, both work until the overlap ends', async () => {
  const before = await made({ role: 'operator', scopes: ['view'], cidrs: [] });
  const path = `${KEYS}/${String(before.at('apiKey.id'))}/rotate`;
  const after = await api.call('POST', path, { json: { overlapSeconds: 2 } });
  expect(after.status).toBe(201);
  expect(after.at('apiKey')).toMatchObject({
    name: 'a key',
    role: 'operator',
    scopes: ['view'],
    rotatedFrom: before.at('apiKey.id'),
    expiresAt: null,
  });
  const secrets = [before.at('apiKey.key'), after.at('apiKey.key')];
  expect(secrets[0]).not.toBe(secrets[1]);
  for (const secret of secrets) expect(await reads(secret)).toBe(200);
  expect(seen(await api.call('POST', path))).toEqual([409, 'invalid_state']);
  await aSecond();
  await aSecond();
  await aSecond();
  expect([await reads(secrets[0]), await reads(secrets[1])]).toEqual([401, 200]);
  const audit = `select count(*) as n from audit_logs where action = 'api_key.rotated'
    and details->>'keyId' = $1 and details->>'newKeyId' = $2`;
  const ids = [before.at('apiKey.id'), after.at('apiKey.id')];
  expect(await count(api.db, audit, ids)).toBe(1);
});

test('rotation keeps the end of a key, overlaps a day unless told, and never lets the old one live longer', async () => {
  const soon = new Date(Date.now() + HOUR).toISOString();
  const before = await made({ role: 'viewer', expiresAt: soon });
  const id = String(before.at('apiKey.id'));
  const after = await api.call('POST', `${KEYS}/${id}/rotate`);
  expect(after.at('apiKey.expiresAt')).toBe(soon);
  const endsAt = async (key: string) => {
    const keys = (await api.call('GET', KEYS)).list('apiKeys');
    return Reflect.get(
      Object(keys.find((each) => Reflect.get(Object(each), 'id') === key)),
      'expiresAt',
    );
  };
  expect(await endsAt(id)).toBe(soon);
  const open = String((await made({ role: 'viewer' })).at('apiKey.id'));
  await api.call('POST', `${KEYS}/${open}/rotate`);
  const end = new Date(String(await endsAt(open))).getTime() - Date.now();
  expect(Math.abs(end - 24 * HOUR)).toBeLessThan(HOUR);
});

test('10 rotations at once make one key; revoked, frozen and ended keys are not rotated', async () => {
  const { id } = await makeKey(api.db, 'viewer');
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => api.call('POST', `${KEYS}/${id}/rotate`)),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    201,
    ...Array(9).fill(409),
  ]);
  const states = [
    'revoked_at = now()',
    "frozen_at = now(), frozen_reason = 'x'",
    'expires_at = now()',
  ];
  for (const state of states) {
    const dead = await makeKey(api.db, 'viewer');
    await api.db.run(noRow, `update api_keys set ${state} where id = $1`, [dead.id]);
    expect(seen(await api.call('POST', `${KEYS}/${dead.id}/rotate`))).toEqual([
      409,
      'invalid_state',
    ]);
    const change = await api.call('PATCH', `${KEYS}/${dead.id}`, { json: { name: 'new' } });
    expect(seen(change)).toEqual([409, 'invalid_state']);
  }
});

test('nobody gets the secret of a key that belongs to somebody else', async () => {
  const [one, other] = [await api.person('super_admin'), await api.person('super_admin')];
  const mine = await made({ role: 'viewer' }, one.headers);
  const path = `${KEYS}/${String(mine.at('apiKey.id'))}/rotate`;
  const foreign = await api.call('POST', path, { as: null, headers: other.headers });
  expect(seen(foreign)).toEqual([403, 'forbidden']);
  expect(seen(await api.call('POST', path))).toEqual([403, 'forbidden']);
  const installation = await makeKey(api.db, 'super_admin');
  const taken = await api.call('POST', `${KEYS}/${installation.id}/rotate`, {
    as: null,
    headers: one.headers,
  });
  expect(seen(taken)).toEqual([403, 'forbidden']);
  expect((await api.call('POST', path, { as: null, headers: one.headers })).status).toBe(201);
});

test('a change of a key only ever takes rights away, and stands in the log with before and after', async () => {
  const soon = new Date(Date.now() + HOUR).toISOString();
  const key = await made({ role: 'manager', scopes: ['view', 'create'], expiresAt: soon });
  const path = `${KEYS}/${String(key.at('apiKey.id'))}`;
  const change = (json: unknown) => api.call('PATCH', path, { json });
  expect((await change({})).status).toBe(422);
  expect((await change({ scopes: ['view', 'create', 'approve'] })).status).toBe(422);
  expect((await change({ scopes: ['settings'] })).status).toBe(422);
  expect((await change({ expiresAt: new Date(Date.now() + 2 * HOUR).toISOString() })).status).toBe(
    422,
  );
  expect((await change({ role: 'admin' })).status).toBe(422);
  const earlier = new Date(Date.now() + HOUR / 2).toISOString();
  const fewer = await change({
    name: 'less',
    cidrs: ['10.0.0.0/8'],
    scopes: ['view'],
    expiresAt: earlier,
  });
  expect(fewer.at('apiKey')).toMatchObject({
    name: 'less',
    cidrs: ['10.0.0.0/8'],
    scopes: ['view'],
    expiresAt: earlier,
  });
  expect((await change({ scopes: ['view', 'create'] })).status).toBe(422);
  const audit = `select count(*) as n from audit_logs where action = 'api_key.changed' and details->>'keyId' = $1
    and details->'before'->>'name' = 'a key' and details->'after'->>'name' = 'less'
    and details->'before'->'scopes' ? 'create' and not details->'after'->'scopes' ? 'create'`;
  expect(await count(api.db, audit, [key.at('apiKey.id')])).toBe(1);
});

test('the last working super_admin key stays and keeps its reach, for 20 revocations at once too', async () => {
  const extra = await Promise.all(Array.from({ length: 20 }, () => makeKey(api.db, 'super_admin')));
  const admin = await api.person('super_admin');
  const by = { as: null, headers: admin.headers };
  const listed = await api.call('GET', KEYS, by);
  const kept = extra.map(({ id }) => id);
  for (const each of listed.list('apiKeys')) {
    const { id, role } = Object(each) as { id: string; role: string };
    if (role === 'super_admin' && !kept.includes(id)) await api.call('DELETE', `${KEYS}/${id}`, by);
  }
  const answers = await Promise.all(kept.map((id) => api.call('DELETE', `${KEYS}/${id}`, by)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
  const last = kept[answers.findIndex(({ status }) => status === 409)] ?? '';
  const less: Record<string, unknown>[] = [
    { scopes: ['view'] },
    { expiresAt: new Date(Date.now() + HOUR).toISOString() },
  ];
  for (const json of less) {
    const answer = await api.call('PATCH', `${KEYS}/${last}`, { ...by, json });
    expect([json, ...seen(answer)]).toEqual([json, 409, 'invalid_state']);
  }
  const named = await api.call('PATCH', `${KEYS}/${last}`, { ...by, json: { name: 'last' } });
  expect(named.status).toBe(200);
}, 60_000);
