import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Db } from '../../db/client.ts';
import { makePerson, type Person } from '../support/people.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { type bursar, bursarOn, expectExit, jsonOf } from './bursar.ts';

let stack: TestStack;
let db: Db;
let run: typeof bursar;
let person: Person;

beforeAll(async () => {
  stack = await startTestStack();
  run = bursarOn(stack);
  db = openDatabase(stack.databaseUrl);
  person = await makePerson(db, 'viewer');
});

afterAll(async () => {
  await db?.close();
  await stack?.stop();
});

describe('bursar role', () => {
  it('lists people, grants, revokes and tells the history', async () => {
    const listed = await run('role', 'list', '--role', 'viewer');
    expect(listed.stdout).toContain(person.email);
    expect(listed.stdout).toContain('no second factor');
    const granted = await run('role', 'grant', person.id, 'operator', '--reason', 'a cover');
    expect(granted.stdout).toContain(`${person.email} is operator now.`);
    const revoked = await run('role', 'revoke', person.id, '--json');
    expect(jsonOf(revoked)).toMatchObject({ user: { id: person.id, role: null } });
    const history = await run('role', 'history', person.id, '--json');
    expect(jsonOf(history)).toMatchObject({
      changes: [
        { from: 'operator', to: null },
        { from: 'viewer', to: 'operator', reason: 'a cover' },
        { from: null, to: 'viewer' },
      ],
    });
    expect((await run('role', 'history', person.id)).stdout).toContain('a cover');
  });

  it('says whom to ask where a role is too high, and refuses what is no role', async () => {
    const high = await run('role', 'grant', person.id, 'super_admin');
    expectExit(high, 1);
    expect(high.stderr).toContain('role_too_high');
    expect(high.stderr).toContain('bursar role list --role super_admin');
    expectExit(await run('role', 'grant', person.id, 'root'), 2);
  });
});

describe('bursar key', () => {
  it('makes a key with scopes, networks and an end, takes scopes away, and rotates it', async () => {
    const limits = [
      '--scope',
      'view',
      'create',
      '--cidr',
      '127.0.0.0/8',
      '--expires',
      '2099-01-01',
    ];
    const made = await run('key', 'create', 'import', '--role', 'operator', '--json', ...limits);
    const { apiKey } = jsonOf(made) as { apiKey: { id: string; key: string } };
    expect(apiKey).toMatchObject({ scopes: ['view', 'create'], cidrs: ['127.0.0.0/8'] });
    expect((await run('batch', 'list', '--key', apiKey.key)).code).toBe(0);
    const less = await run('key', 'update', apiKey.id, '--scope', 'create', '--json');
    expect(jsonOf(less)).toMatchObject({ apiKey: { scopes: ['create'] } });
    const rotated = await run('key', 'rotate', apiKey.id, '--overlap', '0', '--json');
    const next = jsonOf(rotated) as { apiKey: { id: string; key: string } };
    expect(next.apiKey).toMatchObject({ scopes: ['create'], rotatedFrom: apiKey.id });
    const old = await run('batch', 'list', '--key', apiKey.key);
    expect(old.stderr).toContain('unauthorized');
    const narrowed = await run('batch', 'list', '--key', next.apiKey.key);
    expect(narrowed.stderr).toContain('forbidden');
    expect((await run('key', 'list')).stdout).toContain('operator: create');
    expectExit(await run('key', 'update', next.apiKey.id), 2);
  });
});
